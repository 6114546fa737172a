//! Services are listed and ordered like goods, in hours, visits and months (S29). Fails if a service has freight,
//! if more of it is sold than its calendar has, or if what nobody accepted is billed.
use crate::federation::tree::affiliate;
use crate::support::catalogue::{ListingSpec, product};
use crate::support::deliveries::{Delivery, receive};
use crate::support::governance::today;
use crate::support::orders::Trade;
use crate::support::{Response, on_each_database};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A service in this unit, with its market.
fn service(trade: &Trade<'_>, name: &str, unit: &str, decimals: u32, prices: [&str; 3]) -> String {
    let admin = &trade.market.network.admin;
    let mut body = product(name);
    body["unit"] = json!(unit);
    body["quantity_decimals"] = json!(decimals);
    body["category"] = json!("services");
    let made = admin.post("/api/v1/products", body).expect(201);
    assert_eq!(made.body["service"], true);
    trade.world.quotes(admin, &made.id(), "ARS", &prices);
    made.id()
}

/// A listing of it: so many minutes a unit, given in Buenos Aires.
fn given(product: &str, minutes: &str) -> ListingSpec {
    ListingSpec::of(product)
        .with("title", json!("By our co-operative"))
        .with("steps", json!([]))
        .with(
            "freight",
            json!([{"region": "AR-B", "unit_price": "0", "transit_days": 0}]),
        )
        .with(
            "cost_sheet",
            json!({
                "materials_per_unit": "300", "overhead_per_unit": "200",
                "standard_minutes_per_unit": minutes,
            }),
        )
}

/// A listing that is sent is refused for a service, a free one is not.
fn refuses_freight(trade: &Trade<'_>, spec: &ListingSpec) {
    for (field, unit_price, transit_days) in [("unit_price", "0.01", 0), ("transit_days", "0", 1)] {
        let sent =
            json!([{"region": "AR-B", "unit_price": unit_price, "transit_days": transit_days}]);
        let spec = spec.clone().with("freight", sent);
        let refused = trade.market.seller.post("/api/v1/listings", spec.body);
        let refused = refused.refused(400, "invalid_input");
        assert_eq!(refused.pointers(), [format!("/freight/0/{field}")]);
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("A service is not sent"), "{detail}");
    }
    // Nor does it get freight later.
    let (id, etag) = trade.world.draft_listing(&trade.market.seller, spec);
    let path = format!("/api/v1/listings/{id}");
    let mut body = spec.body.clone();
    body["freight"][0]["unit_price"] = json!("5");
    let changed = trade.market.seller.put(&path, &etag, body);
    assert_eq!(
        changed.refused(400, "invalid_input").pointers(),
        ["/freight/0/unit_price"]
    );
}

fn proposal(trade: &Trade<'_>, product: &str, quantity: &str) -> Response {
    let need = trade.need_of(json!([{
        "product_id": product, "specification": "At our clinic", "quantity": quantity,
        "region": "AR-B", "due_on": today() + Days::new(95),
    }]));
    let made = trade.propose(&need);
    let path = format!("/api/v1/proposals/{made}");
    trade.market.buyer.get(&path).expect(200)
}

/// An accepted purchase order for so much of it.
fn ordered<'t, 'w>(trade: &'t Trade<'w>, product: &str, quantity: &str) -> Delivery<'t, 'w> {
    let draft = trade.order_by(&proposal(trade, product, quantity).id());
    let draft = draft.expect(201);
    assert_eq!(draft.body["totals"]["freight"], "0.00");
    let buyer = &trade.market.buyer;
    let submitted = buyer.order_act(&draft, "submit").expect(200);
    buyer
        .order_act(&trade.approved(&submitted), "confirm")
        .expect(200);
    trade.delivery()
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

fn goods(documents: &[Value]) -> Decimal {
    documents
        .iter()
        .map(|one| decimal(&one["totals"]["goods"]))
        .sum()
}

#[test]
fn twelve_hours_and_a_half_of_training() {
    on_each_database(|world| {
        let trade = world.trade();
        let prices = ["14600", "14850", "15900"];
        let hour = service(&trade, "Welding course", "HUR", 2, prices);
        let spec = given(&hour, "60")
            .with("lot", json!("0.25"))
            .capacity("16.5");
        refuses_freight(&trade, &spec);
        world.open_listing(&trade.market.seller, &spec.with("sku", json!("COURSE")));

        // The calendar has 49.5 hours in its three periods.
        let more = proposal(&trade, &hour, "50");
        assert_eq!(more.body["matching"]["unmet"][0]["quantity"], "0.5");
        let delivery = ordered(&trade, &hour, "12.5");
        let halves = delivery.send(&delivery.stage(0), "12.505");
        halves.refused(400, "invalid_input");
        let sent = delivery.send(&delivery.stage(0), "12.5").expect(201);
        delivery.receive(&sent, ["12.5", "0", "0"]).expect(201);
        assert_eq!(delivery.status(), "delivered");
        let issued = trade.market.seller.get(&delivery.path).expect(200);
        let invoice = delivery.bill();
        assert_eq!(
            invoice.body["totals"]["goods"],
            issued.body["totals"]["goods"]
        );
        assert_eq!(invoice.body["totals"]["freight"], "0.00");
        let left = proposal(&trade, &hour, "50");
        assert_eq!(left.body["matching"]["unmet"][0]["quantity"], "13");
    });
}

#[test]
fn ten_visits_at_two_sites_and_one_made_again() {
    on_each_database(|world| {
        let trade = world.trade();
        let prices = ["14600", "14850", "15900"];
        let visit = service(&trade, "Nurse's visit", "E48", 0, prices);
        let spec = given(&visit, "45").capacity("20");
        refuses_freight(&trade, &spec);
        world.open_listing(&trade.market.seller, &spec.with("sku", json!("VISIT")));
        let sites = ["Seccional Norte", "Seccional Sur"].map(|name| {
            let site = world.community(name, "AR");
            affiliate(&site, &trade.market.union);
            site
        });
        let delivery = ordered(&trade, &visit, "10");
        let path = format!("{}/schedule", delivery.path);
        let part = |site: usize, visits: &str| json!({"line": 1, "branch_id": sites[site].id, "quantity": visits});
        let stages = json!({"stages": [
            {"due_on": today() + Days::new(20), "parts": [part(0, "6"), part(1, "4")]}]});
        let proposed = delivery
            .seller()
            .put(&path, &delivery.schedule().etag, stages);
        delivery
            .buyer()
            .act(&format!("{path}/agree"), &proposed.expect(200).etag)
            .expect(200);

        // Each site accepts what was done there.
        let done = delivery.send(&delivery.stage(0), "10").expect(201);
        let [north, south] = &sites;
        let (north, south) = (north.member(&["buyer"]), south.member(&["buyer"]));
        receive(&north, &done, ["5", "1", "0"]).expect(201);
        receive(&south, &done, ["4", "0", "0"]).expect(201);
        assert_eq!(delivery.progress()["accepted"], "9");
        let unit_price = decimal(&delivery.bill().body["totals"]["goods"]) / Decimal::from(9);

        let claims = delivery.claims();
        let claim = claims[0]["id"].as_str().unwrap();
        let promise = json!({"remake_by": today() + Days::new(10)});
        let act = format!("/api/v1/claims/{claim}/promise-remake");
        delivery
            .seller()
            .post_if(&act, &delivery.claim(claim).etag, promise)
            .expect(200);
        let again = delivery.send_again(claim, "1").expect(201);
        receive(&north, &again, ["1", "0", "0"]).expect(201);
        assert_eq!(delivery.status(), "delivered");
        delivery.bill();
        let billed = goods(&delivery.documents("invoice"));
        assert_eq!(billed.round_dp(2), (unit_price * Decimal::TEN).round_dp(2));
    });
}

#[test]
fn six_months_of_a_clinic_billed_as_they_are_accepted() {
    on_each_database(|world| {
        let trade = world.trade();
        let prices = ["215000", "220000", "228000"];
        let month = service(&trade, "Medical aid, a month", "MON", 0, prices);
        let spec = given(&month, "1200").capacity("2");
        refuses_freight(&trade, &spec);
        world.open_listing(&trade.market.seller, &spec.with("sku", json!("CLINIC")));
        let more = proposal(&trade, &month, "7");
        assert_eq!(more.body["matching"]["unmet"][0]["quantity"], "1");
        let delivery = ordered(&trade, &month, "6");
        delivery.agree_stages(&[(29, "2"), (59, "2"), (88, "2")]);
        for stage in 0..3 {
            let done = delivery.send(&delivery.stage(stage), "2").expect(201);
            let made =
                delivery
                    .treasurer
                    .raw("POST", &format!("{}/invoices", delivery.path), &[], None);
            assert!(
                made.status != 201 || made.body["invoices"] == json!([]),
                "not accepted yet"
            );
            delivery.receive(&done, ["2", "0", "0"]).expect(201);
            delivery.bill();
        }
        let total = trade.market.seller.get(&delivery.path).expect(200);
        let billed = goods(&delivery.documents("invoice"));
        assert_eq!(billed, decimal(&total.body["totals"]["goods"]));
        assert_eq!(delivery.progress()["accepted"], "6");
        let none = proposal(&trade, &month, "1");
        assert_eq!(
            none.body["matching"]["unmet"][0]["quantity"], "1",
            "all are taken"
        );
    });
}
