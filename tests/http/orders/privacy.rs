//! Who sees what: payers their order, a co-operative its part of it, nobody else anything.
use crate::support::on_each_database;

#[test]
fn an_order_is_its_payers_and_a_purchase_order_also_its_cooperatives() {
    on_each_database(|world| {
        let (trade, peer) = world.shared_trade();
        let confirmed = trade.confirmed("200");
        let path = format!("/api/v1/orders/{}", confirmed.id());
        let stranger = world.union("Another union", "AR").member(&["buyer"]);
        for outsider in [&stranger, &trade.market.seller, &trade.market.network.admin] {
            outsider.get(&path).refused(404, "not_found");
            outsider
                .get(&format!("{path}/explanation"))
                .refused(404, "not_found");
            let page = outsider.get("/api/v1/orders").expect(200);
            assert_eq!(page.body["items"].as_array().unwrap().len(), 0);
        }
        let own = trade.market.seller.purchase_order("issued");
        assert!(own.body["order_id"].is_null());
        assert!(
            !own.body.to_string().contains("Hermana"),
            "other co-operatives stay hidden"
        );
        let own_path = format!("/api/v1/purchase-orders/{}", own.id());
        peer.get(&own_path).refused(404, "not_found");
        peer.get(&format!("{own_path}/explanation"))
            .refused(404, "not_found");
        peer.accept(&own).refused(404, "not_found");
        stranger.get(&own_path).refused(404, "not_found");
        let seen = trade.market.buyer.get(&own_path).expect(200);
        assert_eq!(seen.body["order_id"], confirmed.body["id"]);
    });
}

#[test]
fn the_cost_sheet_and_the_pay_behind_a_price_are_the_cooperatives() {
    on_each_database(|world| {
        let trade = world.trade();
        let confirmed = trade.confirmed("10");
        let path = format!("/api/v1/orders/{}/explanation", confirmed.id());
        let seen = trade.market.buyer.get(&path).expect(200).body["lines"][0].clone();
        assert!(seen["price_request"]["cost_sheet"].is_null());
        assert!(seen["price_request"]["workplace"].is_null());
        assert!(seen["price_answer"]["trace"]["hourly_cost"].is_null());
        assert!(seen["price_answer"]["components"]["wage_gap"].is_string());
        assert!(seen["price_request"]["benchmark"]["living_wage_monthly"].is_string());

        let issued = trade.market.seller.purchase_order("issued");
        let path_of_maker = format!("/api/v1/purchase-orders/{}/explanation", issued.id());
        let own = trade.market.seller.get(&path_of_maker).expect(200).body["lines"][0].clone();
        assert_eq!(
            own["price_request"]["cost_sheet"]["materials_per_unit"],
            "5200"
        );

        let present = trade.market.seller.get("/api/v1/workplace").expect(200);
        let mut open = crate::support::catalogue::workplace(&trade.market.benchmark);
        open["open_to_buyers"] = true.into();
        trade
            .market
            .seller
            .put("/api/v1/workplace", &present.etag, open)
            .expect(200);
        let opened = trade.market.buyer.get(&path).expect(200).body["lines"][0].clone();
        assert_eq!(
            opened["price_request"]["workplace"]["monthly_pay"],
            "700000.00"
        );
    });
}
