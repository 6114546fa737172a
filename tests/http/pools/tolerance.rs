//! Quantity and tolerance (OR2): whole cases, filled from what buyers would take beyond what they ask for, and
//! one contract for each buyer (OR1).
use super::{decimal, scene};
use crate::support::catalogue::ListingSpec;
use crate::support::on_each_database;
use crate::support::pools::{Buyer, Pool};
use serde_json::{Value, json};

/// What the live view says that each buyer would buy.
fn would_buy<'a>(standing: &'a Value, buyer: &Buyer<'_>) -> &'a str {
    let parts = standing["parts"].as_array().unwrap();
    let part = parts
        .iter()
        .find(|part| part["organisation_id"] == buyer.org.id.as_str());
    part.unwrap()["would_buy"].as_str().unwrap()
}

#[test]
fn tolerances_fill_cases_and_the_minimum_and_nobody_buys_more_than_both() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let spec = ListingSpec::of(&scene.market.product)
            .with("minimum", json!("120"))
            .with("lot", json!("12"));
        let listing = world.open_listing(&scene.market.seller, &spec);
        let pool = Pool::open(&paper.client, &listing, None);
        // Four cases and two units lost; one case and a second that the tolerance fills exactly.
        pool.enter(paper, "50", "0");
        pool.enter(rural, "20", "4");
        let standing = pool.standing();
        assert_eq!(would_buy(&standing, paper), "48");
        assert_eq!(would_buy(&standing, rural), "24");
        assert_eq!(
            (&standing["asked"], &standing["tolerance"]),
            (&json!("70"), &json!("4"))
        );
        assert_eq!(
            (&standing["quantity"], &standing["missing_to_minimum"]),
            (&json!("72"), &json!("48"))
        );
        pool.close().refused(422, "quantity_not_offered");
        // One unit less of tolerance does not fill the case.
        pool.change(rural, "20", "3").expect(200);
        assert_eq!(would_buy(&pool.standing(), rural), "12");
        pool.change(rural, "20", "4").expect(200);
        pool.accept(rural).expect(200);

        // By itself three cases; the minimum lacks a fourth, which its wide tolerance holds.
        pool.enter(unemployed, "28", "30");
        let standing = pool.standing();
        assert_eq!(would_buy(&standing, unemployed), "48");
        assert_eq!(
            (&standing["quantity"], &standing["missing_to_minimum"]),
            (&json!("120"), &json!("0"))
        );
        let order = pool.order();
        let seen = paper.client.get(&order).expect(200).body;
        assert_eq!(seen["lines"][0]["quantity"], "120");
        for (buyer, bought) in [(paper, "48"), (rural, "24"), (unemployed, "48")] {
            let contracts = pool.contracts(&buyer.client);
            assert_eq!(contracts.len(), 1);
            assert_eq!(contracts[0]["quantity"], bought);
            assert_eq!(contracts[0]["organisation_id"], buyer.org.id.as_str());
            assert_eq!(pool.member(buyer).body["bought"], bought);
        }
    });
}

#[test]
fn who_fills_no_case_buys_and_pays_nothing() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let spec = ListingSpec::of(&scene.market.product).with("lot", json!("12"));
        let listing = world.open_listing(&scene.market.seller, &spec);
        let pool = Pool::open(&paper.client, &listing, None);
        pool.enter(rural, "5", "6");
        assert!(pool.standing()["price"].is_null(), "it would buy nothing");
        pool.close().refused(422, "quantity_not_offered");
        pool.enter(unemployed, "24", "0");
        let order = pool.order();
        rural.client.get(&order).refused(404, "not_found");
        assert_eq!(pool.contracts(&rural.client), Vec::<Value>::new());
        // The opener bought nothing: it placed the order, and has no contract.
        assert_eq!(pool.contracts(&paper.client), Vec::<Value>::new());
        let only = pool.contracts(&unemployed.client);
        let total = &paper.client.get(&order).expect(200).body["totals"]["total"];
        assert_eq!(decimal(&only[0]["total"]["amount"]), decimal(total));
    });
}

#[test]
fn each_buyer_has_its_contract_and_the_cooperative_one_purchase_order() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[
            (paper, "97", "1", Some("0.01")),
            (rural, "53", "0.5", Some("0")),
            (unemployed, "50", "0", None),
        ]);
        assert_eq!(pool.contracts(&paper.client), Vec::<Value>::new());
        let order = pool.order();
        let steward = &scene.fund.stewards[0];
        let readers = [&paper.client, &rural.client, &unemployed.client, steward];
        let seen = paper.client.get(&order).expect(200).body;
        let mut sums = [rust_decimal::Decimal::ZERO; 4];
        let mut payers = Vec::new();
        for reader in readers {
            let contract = pool.contracts(reader).remove(0);
            let parts = ["market", "extra", "freight", "tax"].map(|part| {
                let part = &contract[part];
                assert_eq!(part["currency"], "ARS");
                decimal(&part["amount"])
            });
            let total = decimal(&contract["total"]["amount"]);
            assert_eq!(parts.iter().sum::<rust_decimal::Decimal>(), total);
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part;
            }
            assert_eq!(contract["reference"], seen["reference"]);
            assert_eq!(contract["listing_id"], scene.listing.as_str());
            payers.push(contract["payer"].as_str().unwrap().to_owned());
        }
        assert_eq!(payers, ["buyer", "buyer", "buyer", "fund"]);
        // All contracts together are the order.
        let totals = &seen["totals"];
        assert_eq!(sums[0] + sums[1], decimal(&totals["goods"]));
        assert_eq!(sums[2], decimal(&totals["freight"]));
        assert_eq!(sums[3], decimal(&totals["tax"]));
        // Neither the co-operative nor a stranger reads contracts.
        let path = format!("{}/contracts", pool.path);
        scene.market.seller.get(&path).refused(404, "not_found");
        scene.market.buyer.get(&path).refused(404, "not_found");
    });
}
