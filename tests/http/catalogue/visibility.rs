//! Who sees what is behind a price: the co-operative and those who verify it, and buyers where its assembly
//! opened it.
use crate::support::catalogue::{ListingSpec, workplace};
use crate::support::on_each_database;
use serde_json::{Value, json};

#[test]
fn buyers_never_see_the_cost_sheet_or_the_pay() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product)
            .with("minimum", json!("1000"))
            .with("offered_unit_price", json!("16500"));
        let listing = world.open_listing(&market.seller, &spec);
        let path = format!("/api/v1/listings/{listing}");
        let verifier = market.network.member(&["verifier"]);
        let foreign = world.network("Otra red", "AR").member(&["verifier"]);
        let rival = world.cooperative(&market.network, "Otra cerámica", "AR");

        for insider in [&market.seller, &verifier] {
            let seen = insider.get(&path).expect(200).body;
            assert_eq!(seen["cost_sheet"]["materials_per_unit"], "5200");
            assert_eq!(seen["offered_unit_price"], "16500");
        }
        for outsider in [&market.buyer, &foreign, &rival.admin, &market.network.admin] {
            let seen = outsider.get(&path).expect(200).body;
            assert_eq!(seen["cost_sheet"], Value::Null);
            assert_eq!(seen["offered_unit_price"], Value::Null);
            assert_eq!(seen["title"], "Glazed tile 20 x 20");
            let list = outsider
                .get("/api/v1/listings?status=open")
                .expect(200)
                .body;
            assert_eq!(list["items"].as_array().unwrap().len(), 1);
            assert_eq!(list["items"][0]["cost_sheet"], Value::Null);
        }

        let price = format!("{path}/price?quantity=1000");
        for insider in [&market.seller, &verifier] {
            let trace = insider.get(&price).expect(200).body["price"]["trace"].take();
            assert!(trace["hours_per_unit"].is_string());
        }
        let seen = market.buyer.get(&price).expect(200).body;
        assert!(seen["price"]["components"]["labour"].is_string());
        assert_eq!(seen["price"]["trace"]["hours_per_unit"], Value::Null);
        assert_eq!(seen["price"]["trace"]["hourly_cost"], Value::Null);
        for nobody in [
            &foreign,
            &rival.admin,
            &market.network.admin,
            &world.operator(),
        ] {
            nobody.get(&price).refused(403, "forbidden");
            nobody
                .get(&format!("{path}/price-table"))
                .refused(403, "forbidden");
        }
    });
}

#[test]
fn an_assembly_may_open_its_pay_to_buyers() {
    on_each_database(|world| {
        let market = world.market();
        let listing = world.open_listing(&market.seller, &ListingSpec::of(&market.product));
        let of_cooperative = format!("/api/v1/organisations/{}/workplace", market.cooperative.id);
        market.buyer.get(&of_cooperative).refused(404, "not_found");
        market
            .network
            .admin
            .get(&of_cooperative)
            .refused(404, "not_found");
        let verifier = market.network.member(&["verifier"]);
        assert_eq!(
            verifier.get(&of_cooperative).expect(200).body["weekly_hours"],
            "40"
        );

        let own = market.seller.get("/api/v1/workplace").expect(200);
        let mut body = workplace(&market.benchmark);
        body["open_to_buyers"] = json!(true);
        market
            .seller
            .put("/api/v1/workplace", &own.etag, body)
            .expect(200);
        let seen = market.buyer.get(&of_cooperative).expect(200).body;
        assert_eq!(seen["monthly_pay"]["amount"], "700000.00");
        let price = format!("/api/v1/listings/{listing}/price?quantity=100");
        let trace = market.buyer.get(&price).expect(200).body["price"]["trace"].take();
        assert!(trace["hourly_cost"]["fair_pay_agreed_week"].is_string());
        // The cost sheet stays closed.
        let seen = market
            .buyer
            .get(&format!("/api/v1/listings/{listing}"))
            .expect(200);
        assert_eq!(seen.body["cost_sheet"], Value::Null);
    });
}

#[test]
fn a_draft_is_seen_by_its_cooperative_only() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product);
        let (listing, etag) = world.draft_listing(&market.seller, &spec);
        let path = format!("/api/v1/listings/{listing}");
        market.cooperative.admin.get(&path).expect(200);
        let rival = world.cooperative(&market.network, "Otra cerámica", "AR");
        let rival_seller = rival.member(&["seller"]);
        for other in [&market.buyer, &market.network.admin, &rival_seller] {
            other.get(&path).refused(404, "not_found");
            other
                .get(&format!("{path}/capacity"))
                .refused(404, "not_found");
            other
                .get(&format!("{path}/price-table"))
                .refused(404, "not_found");
            let list = other.get("/api/v1/listings").expect(200).body;
            assert_eq!(list["items"], json!([]));
        }
        // Another co-operative's listing is not there to change, and a wrong role may not.
        rival_seller
            .put(&path, &etag, spec.body.clone())
            .refused(404, "not_found");
        rival_seller
            .act(&format!("{path}/open"), &etag)
            .refused(404, "not_found");
        market
            .buyer
            .put(&path, &etag, spec.body.clone())
            .refused(403, "forbidden");
        let member = market.cooperative.member(&["treasurer"]);
        member
            .put(&path, &etag, spec.body.clone())
            .refused(403, "forbidden");
        member
            .post("/api/v1/listings", spec.body)
            .refused(403, "forbidden");
    });
}

#[test]
fn a_workplace_is_described_by_its_cooperative_and_within_the_law() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let cooperative = world.cooperative(&network, "Cerámica", "AR");
        let benchmark = world.benchmark(&network.admin, "AR", "900000.00", "ARS");
        let treasurer = cooperative.member(&["treasurer"]);
        treasurer.get("/api/v1/workplace").refused(404, "not_found");
        let put = |etag: &str, field: &str, value: Value| {
            let mut body = workplace(&benchmark);
            body[field] = value;
            treasurer.put("/api/v1/workplace", etag, body)
        };
        let week = put("\"0\"", "weekly_hours", json!("48.000001")).refused(400, "invalid_input");
        assert_eq!(week.pointers(), ["/weekly_hours"]);
        let pay = json!({"amount": "500.00", "currency": "USD"});
        let pay = put("\"0\"", "monthly_pay", pay).refused(422, "currency_mismatch");
        assert_eq!(pay.pointers(), ["/monthly_pay/currency"]);
        let pay = json!({"amount": "0.00", "currency": "ARS"});
        put("\"0\"", "monthly_pay", pay).refused(400, "invalid_input");
        put("\"0\"", "assembly_hours_per_month", json!("173.333334"))
            .refused(422, "no_productive_hours");
        let unknown = json!(uuid::Uuid::nil());
        let unknown = put("\"0\"", "benchmark_id", unknown).refused(400, "invalid_input");
        assert_eq!(unknown.pointers(), ["/benchmark_id"]);
        put("\"3\"", "open_to_buyers", json!(false)).refused(412, "stale");
        let described = put("\"0\"", "open_to_buyers", json!(false)).expect(200);
        assert!(described.etag.starts_with("\"1-"));
        put("\"0\"", "open_to_buyers", json!(true)).refused(412, "stale");
        let changed = put("\"1\"", "weeks_of_work_left", json!("0")).expect(200);
        assert!(changed.etag.starts_with("\"2-"));

        let other = network
            .admin
            .put("/api/v1/workplace", "\"0\"", workplace(&benchmark));
        other.refused(403, "forbidden");
        let secretary = cooperative.member(&["assembly_secretary"]);
        secretary
            .put("/api/v1/workplace", "\"2\"", workplace(&benchmark))
            .refused(403, "forbidden");
    });
}
