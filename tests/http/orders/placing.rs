//! Placing: once, by whom, at which prices.
use crate::support::catalogue::{ListingSpec, quote, quotes_path};
use crate::support::governance::today;
use crate::support::{on_each_database, orders::Trade};
use chrono::Days;
use serde_json::json;

/// The market asks more, or less, from today on.
fn market_moves(trade: &Trade<'_>, prices: [&str; 3]) {
    for (at, price) in prices.into_iter().enumerate() {
        let body = quote(&format!("shop {at}"), price, "ARS", 0);
        let path = quotes_path(&trade.market.product);
        trade.market.network.admin.post(&path, body).expect(201);
    }
}

#[test]
fn a_proposal_is_ordered_once_by_a_buyer_of_its_organisation() {
    on_each_database(|world| {
        let trade = world.trade();
        let need = trade.need("10");
        let proposal = trade.propose(&need);
        let body = json!({"proposal_id": proposal});
        trade.approvers[0]
            .post("/api/v1/orders", body.clone())
            .refused(403, "forbidden");
        trade
            .market
            .seller
            .post("/api/v1/orders", body.clone())
            .refused(403, "forbidden");
        let others = world.union("Another union", "AR").member(&["buyer"]);
        others
            .post("/api/v1/orders", body.clone())
            .refused(404, "not_found");
        let unknown = json!({"proposal_id": uuid::Uuid::now_v7()});
        trade
            .market
            .buyer
            .post("/api/v1/orders", unknown)
            .refused(404, "not_found");
        trade.order_by(&proposal).expect(201);
        trade.order_by(&proposal).refused(409, "wrong_state");
        let need = trade
            .market
            .buyer
            .get(&format!("/api/v1/needs/{need}"))
            .expect(200);
        assert_eq!(need.body["status"], "ordered");
        assert_eq!(trade.reserved(&trade.listing), 10);
    });
}

#[test]
fn a_price_that_rose_makes_the_proposal_stale_and_the_need_is_matched_again() {
    on_each_database(|world| {
        let trade = world.trade();
        let need = trade.need("1000");
        let proposal = trade.propose(&need);
        market_moves(&trade, ["15600", "15850", "16900"]);
        let refused = trade.order_by(&proposal).refused(409, "proposal_stale");
        assert!(refused.body["detail"].as_str().unwrap().contains("15295.5"));
        let path = format!("/api/v1/proposals/{proposal}");
        assert_eq!(
            trade.market.buyer.get(&path).expect(200).body["status"],
            "stale"
        );
        assert_eq!(trade.reserved(&trade.listing), 0);
        let ordered = trade.order_by(&trade.propose(&need)).expect(201);
        assert_eq!(ordered.body["lines"][0]["unit_price"], "16325.5");
    });
}

#[test]
fn a_price_that_fell_is_the_price_of_the_order() {
    on_each_database(|world| {
        let trade = world.trade();
        let proposal = trade.propose(&trade.need("1000"));
        market_moves(&trade, ["13600", "13850", "14900"]);
        let ordered = trade.order_by(&proposal).expect(201);
        assert_eq!(ordered.body["lines"][0]["unit_price"], "14265.5");
    });
}

#[test]
fn an_approved_price_may_fall_until_it_is_locked_but_not_rise() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let approved = trade.approved(&trade.submitted("1000"));
        market_moves(&trade, ["15600", "15850", "16900"]);
        buyer
            .order_act(&approved, "confirm")
            .refused(409, "proposal_stale");
        // Whoever wants the dearer goods asks for approvals of that price.
        let withdrawn = buyer.order_act(&approved, "withdraw").expect(200);
        let submitted = buyer.order_act(&withdrawn, "submit").expect(200);
        assert_eq!(submitted.body["lines"][0]["unit_price"], "16325.5");
        let approved = trade.approved(&submitted);
        market_moves(&trade, ["14600", "14850", "15900"]);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["lines"][0]["unit_price"], "15295.5");
        assert_eq!(
            confirmed.body["share"]["total"],
            confirmed.body["totals"]["total"]
        );
    });
}

#[test]
fn a_country_without_a_rate_of_tax_is_refused() {
    on_each_database(|world| {
        let trade = world.trade();
        let spec = ListingSpec::of(&trade.market.product).with(
            "freight",
            json!([{"region": "UY-MO", "unit_price": "900", "transit_days": 9}]),
        );
        world.open_listing(&trade.market.seller, &spec);
        let need = trade.need_of(json!([{
            "product_id": trade.market.product, "specification": "Glazed", "quantity": "10",
            "region": "UY-MO", "due_on": today() + Days::new(80),
        }]));
        let proposal = trade.propose(&need);
        let refused = trade.order_by(&proposal).refused(422, "vat_rate_missing");
        assert!(refused.body["detail"].as_str().unwrap().contains("UY"));
    });
}

#[test]
fn what_is_sold_out_says_what_is_left() {
    on_each_database(|world| {
        let trade = world.trade_with("15");
        // Both fit the two periods by themselves, not together.
        let first = trade.propose(&trade.need("20"));
        let second = trade.propose(&trade.need("12"));
        trade.order_by(&first).expect(201);
        let refused = trade.order_by(&second).refused(409, "sold_out");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("12") && detail.contains("10"), "{detail}");
        assert_eq!(trade.reserved(&trade.listing), 20);
    });
}
