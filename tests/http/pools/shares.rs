//! Shares by ability (PR9, PR18): the co-operative receives the whole price whatever they are.
use super::{by_buyer, decimal, s_times_q, scene, shares, sum};
use crate::support::on_each_database;
use crate::support::pools::{Buyer, Pool};
use rust_decimal::Decimal;
use serde_json::{Value, json};

#[test]
fn whatever_the_abilities_the_cooperative_receives_the_whole_price() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        // (ability, cap) of the three; the last set leaves everything to the fund.
        let sets = [
            [("1", None), ("1", None), ("1", None)],
            [("1.5", None), ("0.5", None), ("0", None)],
            [("1", None), ("1", Some("0.01")), ("0", Some("0"))],
            [("3", Some("0.02")), ("1", Some("0.015")), ("0", None)],
            [("0", None), ("0", None), ("0", None)],
        ];
        for [first, second, third] in sets {
            let before: Decimal = scene.fund.balance().parse().unwrap();
            let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
            pool.fill(&[
                (paper, "337", first.0, first.1),
                (rural, "101", second.0, second.1),
                (unemployed, "59", third.0, third.1),
            ]);
            let standing = pool.standing();
            let price = &standing["price"];
            let whole = s_times_q(&price["unit_price"], &standing["quantity"]);
            assert_eq!(decimal(&price["cooperative_receives"]["amount"]), whole);

            let order = pool.order();
            let seen = paper.client.get(&order).expect(200).body;
            // Fails if: the co-operative receives something else than S x Q.
            assert_eq!(decimal(&seen["totals"]["goods"]), whole);
            assert_eq!(seen["lines"].as_array().unwrap().len(), 1);
            assert_eq!(seen["lines"][0]["quantity"], "497");
            assert_eq!(seen["lines"][0]["unit_price"], price["unit_price"]);
            assert_eq!(
                seen["cooperative_receives"],
                Value::Null,
                "no second figure"
            );

            let fund_part = decimal(&price["fund_amount"]["amount"]);
            let mut paid = shares(&[&paper.client, &rural.client, &unemployed.client], &order);
            if fund_part > Decimal::ZERO {
                let of_fund = shares(&[&scene.fund.stewards[0]], &order).remove(0);
                assert_eq!(of_fund["payer"], "fund");
                assert_eq!(decimal(&of_fund["total"]), fund_part);
                paid.push(of_fund);
            } else {
                scene.fund.stewards[0].get(&order).refused(404, "not_found");
            }
            // One order, one share a payer, and the shares are the order exactly.
            assert_eq!(sum(&paid, "total"), decimal(&seen["totals"]["total"]));
            assert_eq!(sum(&paid, "market") + sum(&paid, "extra"), whole);
            assert_eq!(sum(&paid, "freight"), decimal(&seen["totals"]["freight"]));
            assert_eq!(sum(&paid, "tax"), decimal(&seen["totals"]["tax"]));
            // What was looked at before closing is what is shared.
            for (share, shown) in paid.iter().zip(by_buyer(price, &scene.buyers)) {
                assert_eq!(
                    decimal(&share["extra"]),
                    decimal(&shown["extra_amount"]["amount"])
                );
                assert_eq!(
                    decimal(&share["market"]),
                    decimal(&shown["market_amount"]["amount"])
                );
            }
            // At ability 0 nobody pays an extra.
            if third.0 == "0" {
                assert_eq!(decimal(&paid[2]["extra"]), Decimal::ZERO);
            }
            // Fails if: the fund falls below zero.
            let after: Decimal = scene.fund.balance().parse().unwrap();
            assert_eq!(before - after, fund_part);
            assert!(after >= Decimal::ZERO);
        }
    });
}

#[test]
fn another_ability_or_quantity_has_to_be_accepted_anew() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, None);
        pool.fill(&[(paper, "100", "1", None), (rural, "50", "1", None)]);
        let accepted = |buyer: &Buyer<'_>| !pool.member(buyer).body["accepted_at"].is_null();
        assert!(accepted(paper) && accepted(rural));

        pool.propose(rural, "1").expect(200);
        assert!(accepted(rural), "the same ability again changes nothing");
        let before = pool.member(rural);
        pool.propose(rural, "2").expect(200);
        assert!(!accepted(rural) && accepted(paper));
        let refused = pool.close().refused(409, "ability_not_accepted");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("Sindicato Rural")
        );
        let accept = format!("{}/members/me/accept", pool.path);
        // Whoever read the old ability does not accept the new one by accident.
        rural
            .client
            .act(&accept, &before.etag)
            .refused(412, "stale");
        pool.accept(rural).expect(200);

        let mine = format!("{}/members/me", pool.path);
        let part = |quantity: &str| json!({"quantity": quantity, "max_premium_rate": "0.9"});
        let etag = pool.member(rural).etag;
        rural.client.put(&mine, &etag, part("50")).expect(200);
        assert!(accepted(rural), "a cap of its own is its own affair");
        rural
            .client
            .put(&mine, &pool.member(rural).etag, part("51"))
            .expect(200);
        assert!(!accepted(rural));
        pool.close().refused(409, "ability_not_accepted");
        pool.accept(rural).expect(200);
        pool.order();
    });
}
