//! Listings: written, opened only with a floor and capacity, changed only within it (W1, S10).
use crate::support::catalogue::{ListingSpec, calendar, workplace};
use crate::support::{Response, on_each_database};
use serde_json::{Value, json};

#[test]
fn a_listing_opens_only_when_all_of_it_is_there() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let cooperative = world.applicant("cooperative", "Cerámica", "AR");
        let seller = cooperative.member(&["seller"]);
        let union = world.union("Sindicato", "AR");
        let product = world.product(&network.admin, "Tile");
        let created = seller
            .post("/api/v1/listings", ListingSpec::of(&product).body)
            .expect(201);
        assert_eq!(created.body["status"], "draft");
        let path = format!("/api/v1/listings/{}", created.id());
        let open = || seller.act(&format!("{path}/open"), &seller.get(&path).expect(200).etag);

        open().refused(403, "not_admitted");
        network
            .admin
            .act(
                &format!("/api/v1/organisations/{}/admit", cooperative.id),
                "\"1\"",
            )
            .expect(200);
        open().refused(422, "not_verified");
        world.verify(&network, &cooperative);
        open().refused(422, "workplace_missing");
        let benchmark = world.benchmark(&network.admin, "AR", "900000.00", "ARS");
        world.describe_workplace(&seller, workplace(&benchmark));
        open().refused(422, "no_common_rule_set");
        world.published_rule_set(&[&union], &[&cooperative], json!({}));
        open().refused(422, "capacity_missing");
        seller
            .put(&format!("{path}/capacity"), "\"1\"", calendar("0"))
            .expect(200);
        open().refused(422, "capacity_missing");
        seller
            .put(&format!("{path}/capacity"), "\"2\"", calendar("100"))
            .expect(200);
        assert_eq!(open().expect(200).body["status"], "open");
        // No market evidence was asked for: that is the price's, not the floor's.
    });
}

#[test]
fn nobody_lists_below_the_floor_not_even_the_cooperative() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product).with("minimum", json!("1000"));
        let (id, etag) = world.draft_listing(&market.seller, &spec);
        let path = format!("/api/v1/listings/{id}");
        let offer = |etag: &str, price: Value| -> Response {
            let body = spec.clone().with("offered_unit_price", price).body;
            market.seller.put(&path, etag, body)
        };
        // The floor of this work is some 13,900 a unit: what it is exactly, the price says.
        let floor = market
            .seller
            .get(&format!("{path}/price?quantity=1000"))
            .expect(200);
        let floor = floor.body["price"]["floor"].as_str().unwrap().to_owned();
        let (whole, _) = floor.split_once('.').unwrap();
        let above = (whole.parse::<i64>().unwrap() + 1).to_string();

        let etag = offer(&etag, json!(whole)).expect(200).etag;
        let open = format!("{path}/open");
        let refused = market.seller.act(&open, &etag).refused(422, "below_floor");
        assert_eq!(refused.pointers(), ["/offered_unit_price"]);
        let etag = offer(&etag, json!(above)).expect(200).etag;
        let opened = market.seller.act(&open, &etag).expect(200);

        // What is open stays at its floor: the offer cannot be lowered, nor the work made dearer than it.
        offer(&opened.etag, json!(whole)).refused(422, "below_floor");
        let mut body = spec.clone().with("offered_unit_price", json!(above)).body;
        body["cost_sheet"]["standard_minutes_per_unit"] = json!("60");
        market
            .seller
            .put(&path, &opened.etag, body)
            .refused(422, "below_floor");
        let now = market.seller.get(&path).expect(200);
        assert_eq!(
            (now.etag, &now.body["offered_unit_price"]),
            (opened.etag, &json!(above))
        );
        // There is no field to lower a floor with.
        let mut body = spec.body.clone();
        body["floor"] = json!("1");
        market
            .seller
            .put(&path, "\"1\"", body)
            .refused(400, "invalid_input");
    });
}

#[test]
fn a_listing_goes_through_its_states() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product);
        let (id, etag) = world.draft_listing(&market.seller, &spec);
        let path = format!("/api/v1/listings/{id}");
        let act = |act: &str, etag: &str| market.seller.act(&format!("{path}/{act}"), etag);
        act("pause", &etag).refused(409, "wrong_state");
        act("open", "\"1\"").refused(412, "stale");
        let etag = act("open", &etag).expect(200).etag;
        let paused = act("pause", &etag).expect(200);
        assert_eq!(paused.body["status"], "paused");
        let etag = act("open", &paused.etag).expect(200).etag;
        let closed = act("close", &etag).expect(200);
        assert_eq!(closed.body["status"], "closed");
        act("open", &closed.etag).refused(409, "wrong_state");
        market
            .seller
            .put(&path, &closed.etag, spec.body)
            .refused(409, "wrong_state");
        let capacity = format!("{path}/capacity");
        market
            .seller
            .put(&capacity, &closed.etag, calendar("1"))
            .refused(409, "wrong_state");
        let log = format!("/api/v1/audit-log?object_id={id}");
        let log = market.cooperative.admin.get(&log).expect(200).body;
        let entries = log["items"].as_array().unwrap();
        let acts: Vec<_> = entries
            .iter()
            .map(|entry| entry["act"].as_str().unwrap())
            .collect();
        assert_eq!(
            acts,
            [
                "listing.create",
                "listing.set_capacity",
                "listing.open",
                "listing.pause",
                "listing.open",
                "listing.close"
            ]
        );
    });
}

#[test]
fn a_listing_says_only_what_can_be() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product);
        let created = market
            .seller
            .post("/api/v1/listings", spec.body.clone())
            .expect(201);
        let twice = market
            .seller
            .post("/api/v1/listings", spec.body.clone())
            .refused(409, "duplicate");
        assert_eq!(twice.pointers(), ["/sku"]);
        let path = format!("/api/v1/listings/{}", created.id());
        let wrong = |field: &str, value: Value| {
            let body = spec.clone().with(field, value).body;
            let refused = market
                .seller
                .put(&path, "\"1\"", body)
                .refused(400, "invalid_input");
            refused.pointers().join(" ")
        };
        assert_eq!(wrong("lot", json!("0")), "/lot");
        assert_eq!(
            wrong("lot", json!("0.5")),
            "/lot",
            "tiles are counted whole"
        );
        assert_eq!(wrong("minimum", json!("1.5")), "/minimum");
        assert_eq!(wrong("minimum", json!("-1")), "/minimum");
        assert_eq!(wrong("steps", json!(["100", "100"])), "/steps/1");
        assert_eq!(wrong("steps", json!(["10", "20.5"])), "/steps/1");
        assert_eq!(wrong("steps", json!(vec!["1"; 21])), "/steps");
        assert_eq!(wrong("lead_days", json!(1001)), "/lead_days");
        assert_eq!(wrong("currency", json!("XXX")), "/currency");
        assert_eq!(wrong("title", json!("")), "/title");
        assert_eq!(
            wrong("offered_unit_price", json!("0")),
            "/offered_unit_price"
        );
        assert_eq!(wrong("sku", json!("another")), "/sku");
        let other = world.product(&market.network.admin, "Brick");
        assert_eq!(wrong("product_id", json!(other)), "/product_id");
        let freight =
            |region: &str| json!({"region": region, "unit_price": "1", "transit_days": 1});
        assert_eq!(
            wrong("freight", json!([freight("Buenos Aires")])),
            "/freight/0/region"
        );
        let twice = json!([freight("AR-B"), freight("AR-B")]);
        assert_eq!(wrong("freight", twice), "/freight/1/region");
        let mut body = spec.body.clone();
        body["cost_sheet"]["line_efficiency"] = json!("1.1");
        let refused = market
            .seller
            .put(&path, "\"1\"", body)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/cost_sheet/line_efficiency"]);
        let unknown = spec.clone().with("sku", json!("new"));
        let unknown = unknown.with("product_id", json!(uuid::Uuid::nil()));
        let refused = market.seller.post("/api/v1/listings", unknown.body);
        assert_eq!(
            refused.refused(400, "invalid_input").pointers(),
            ["/product_id"]
        );

        // Figures too large to be exact are refused when they are priced, never a fault of the server.
        let most = json!("9223372036854.775807");
        let mut body = spec.clone().with("offered_unit_price", Value::Null).body;
        for field in [
            "materials_per_unit",
            "setup_cost",
            "standard_minutes_per_unit",
        ] {
            body["cost_sheet"][field] = most.clone();
        }
        market.seller.put(&path, "\"1\"", body).expect(200);
        market
            .seller
            .get(&format!("{path}/price?quantity=1000000000"))
            .refused(422, "amount_out_of_range");
    });
}

#[test]
fn lists_are_narrowed_by_product_state_and_cooperative() {
    on_each_database(|world| {
        let market = world.market();
        let brick = world.product(&market.network.admin, "Brick");
        let open = world.open_listing(&market.seller, &ListingSpec::of(&market.product));
        let (draft, _) = world.draft_listing(&market.seller, &ListingSpec::of(&brick));
        let found = |query: &str| -> Vec<String> {
            let page = market
                .seller
                .get(&format!("/api/v1/listings?{query}"))
                .expect(200);
            let items = page.body["items"].as_array().unwrap();
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(found(""), [open.clone(), draft.clone()]);
        assert_eq!(found(&format!("product_id={brick}")), [draft]);
        assert_eq!(found("status=open"), vec![open.clone()]);
        assert_eq!(
            found(&format!("cooperative_id={}", market.network.id)),
            [""; 0]
        );
        let page = market.buyer.get("/api/v1/listings").expect(200);
        assert_eq!(page.body["items"][0]["id"], open);
        market
            .buyer
            .get("/api/v1/listings?status=gone")
            .refused(400, "invalid_input");
        market
            .buyer
            .get("/api/v1/listings?product_id=x")
            .refused(400, "invalid_input");
    });
}
