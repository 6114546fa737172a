//! The solidarity fund behind a pool (PR10): it pays what caps leave, never below zero.
use super::{approve_with_fund, decimal, scene};
use crate::support::on_each_database;
use crate::support::pools::{Buyer, Pool};
use chrono::{TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

#[test]
fn a_cancelled_order_gives_the_fund_everything_back() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[
            (paper, "40", "0", None),
            (rural, "30", "0", None),
            (unemployed, "30", "0", None),
        ]);
        let order = pool.order();
        assert_ne!(scene.fund.balance(), "90000000.00");
        approve_with_fund(&scene, &order);
        let present = paper.client.get(&order).expect(200);
        let why = json!({"reason": "The hall will not be built."});
        let cancelled = paper
            .client
            .post_if(&format!("{order}/cancel"), &present.etag, why);
        assert_eq!(cancelled.expect(200).body["status"], "cancelled");
        assert_eq!(scene.fund.balance(), "90000000.00");
        let kinds: Vec<String> = scene
            .fund
            .movements()
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(kinds, ["deposit", "release", "return"]);
    });
}

#[test]
fn an_order_that_nobody_confirms_gives_the_fund_everything_back() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let paper = &scene.buyers[0];
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[(paper, "100", "0", None)]);
        let order = pool.order();
        world.work_at(Utc::now() + TimeDelta::days(60));
        assert_eq!(
            paper.client.get(&order).expect(200).body["status"],
            "cancelled"
        );
        assert_eq!(scene.fund.balance(), "90000000.00");
        let last = scene.fund.movements();
        assert_eq!(
            last.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(),
            ["signed", "cancelled", "signed"]
        );
    });
}

#[test]
fn what_nobody_pays_is_named_and_nothing_is_ordered() {
    on_each_database(|world| {
        let scene = scene(world);
        let paper = &scene.buyers[0];
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[(paper, "100", "0", None)]);
        let shortfall = pool.standing()["price"]["shortfall"]["amount"].clone();
        let shortfall = shortfall.as_str().unwrap();
        assert_ne!(shortfall, "0.00");
        let refused = pool.close().refused(422, "shortfall");
        assert!(
            refused.body["detail"].as_str().unwrap().contains(shortfall),
            "{}",
            refused.body
        );
        assert_eq!(
            pool.opener.get(&pool.path).expect(200).body["status"],
            "open"
        );
        // A cent less than the figure is too little; exactly the figure is enough: equality is allowed.
        let less = decimal(&json!(shortfall)) - Decimal::new(1, 2);
        scene.fund.deposit(&less.to_string());
        assert_eq!(pool.standing()["price"]["shortfall"]["amount"], "0.01");
        pool.close().refused(422, "shortfall");
        assert_eq!(scene.fund.balance(), less.to_string());
        scene.fund.deposit("0.01");
        pool.order();
        assert_eq!(scene.fund.balance(), "0.00");
    });
}

#[test]
fn two_pools_that_close_at_once_never_overdraw_one_fund() {
    on_each_database(|world| {
        let scene = scene(world);
        let opener = &scene.buyers[0];
        let pools: Vec<Pool> = (0..4)
            .map(|_| {
                let pool = Pool::open(&opener.client, &scene.listing, Some(&scene.fund));
                pool.fill(&[(opener, "100", "0", None)]);
                pool
            })
            .collect();
        let part = decimal(&pools[0].standing()["price"]["shortfall"]["amount"]);
        // Enough for one and a half of the four.
        let held = (part * Decimal::new(15, 1)).round_dp(2);
        scene.fund.deposit(&held.to_string());
        let etags: Vec<String> = pools
            .iter()
            .map(|pool| pool.opener.get(&pool.path).expect(200).etag)
            .collect();
        let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
            let closing: Vec<_> = pools
                .iter()
                .zip(&etags)
                .map(|(pool, etag)| {
                    scope.spawn(move || pool.opener.act(&format!("{}/close", pool.path), etag))
                })
                .collect();
            let answers = closing.into_iter().map(|one| one.join().unwrap());
            answers
                .map(|answer| (answer.status, answer.body["code"].clone()))
                .collect()
        });
        let won = answers.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!(won, 1, "{answers:?}");
        for (status, code) in answers.iter().filter(|(status, _)| *status != 200) {
            let clean = (*status == 409 && code == "fund_too_low")
                || (*status == 422 && code == "shortfall");
            assert!(clean, "{answers:?}");
        }
        // Fails if: the fund falls below zero.
        assert_eq!(
            scene.fund.balance().parse::<Decimal>().unwrap(),
            held - part
        );
        let releases = scene
            .fund
            .movements()
            .into_iter()
            .filter(|one| one.0 == "release");
        assert_eq!(releases.count(), 1);
    });
}

#[test]
fn a_reduction_that_an_administrator_gives_is_carried_by_the_others_and_not_by_the_fund() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("500000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[
            (paper, "100", "1", None),
            (rural, "100", "1", Some("1")),
            (unemployed, "50", "1", None),
        ]);
        let extra = |buyer: &Buyer<'_>| {
            let standing = pool.standing();
            let shares = standing["price"]["shares"].as_array().unwrap().clone();
            let mine = shares
                .iter()
                .find(|share| share["organisation_id"] == buyer.org.id.as_str());
            decimal(&mine.unwrap()["extra_amount"]["amount"])
        };
        let whole = extra(paper) + extra(rural) + extra(unemployed);
        // The opener reduces its own ability, and the movement's, to nothing.
        for buyer in [paper, unemployed] {
            pool.propose(buyer, "0").expect(200);
            pool.accept(buyer).expect(200);
        }
        assert_eq!(extra(rural), whole, "zero-sum: the third carries all of it");
        assert_eq!(pool.standing()["price"]["fund_amount"]["amount"], "0.00");
        assert_eq!(scene.fund.balance(), "500000.00");
        pool.order();
        assert_eq!(scene.fund.balance(), "500000.00");

        // Nobody takes money out of it but for an order: there is no such act, for no administrator.
        let negative = json!({
            "amount": {"amount": "-1.00", "currency": "ARS"}, "payer_id": scene.market.network.id,
            "note": "a discount",
        });
        let deposits = format!("{}/deposits", scene.fund.path);
        scene.fund.stewards[0]
            .post(&deposits, negative.clone())
            .refused(400, "invalid_input");
        for administrator in [&paper.org.admin, &world.operator()] {
            let status = administrator.post(&deposits, negative.clone()).status;
            assert!((400..=404).contains(&status), "{status}");
        }
        assert_eq!(scene.fund.balance(), "500000.00");
    });
}
