//! Matching a need: the plan, its reasons, what it does not look at, and what it never does.
use super::market::{Figures, Market, micro};
use crate::support::governance::today;
use crate::support::{Org, on_each_database};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::ids::OrganisationId;
use store::schema as db;
use uuid::Uuid;

/// Millionths of the decimal in a JSON string.
fn figure(value: &Value) -> i64 {
    micro(value.as_str().unwrap())
}

fn allocations(matching: &Value) -> &Vec<Value> {
    matching["allocations"].as_array().unwrap()
}

fn codes(list: &Value) -> Vec<&str> {
    let entries = list.as_array().unwrap().iter();
    entries
        .map(|entry| entry["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_need_becomes_a_plan_with_its_reasons() {
    on_each_database(|world| {
        let market = Market::open(world);
        let idle = market.maker(
            &market.network,
            "Cooperativa 19 de Diciembre",
            Figures::default(),
        );
        let busy = Figures {
            idle_hours: "40",
            ..Figures::default()
        };
        let full = market.maker(&market.network, "Cooperativa Maderera", busy);
        let need = market.published(market.need("3000"));
        let proposal = market.proposal(&need);
        assert_eq!(proposal["status"], "open");
        assert_eq!(proposal["need_id"], need.as_str());
        let matching = &proposal["matching"];
        assert!(matching["optimal"].is_boolean());
        assert_eq!(matching["as_of"], json!(today()));
        assert_eq!(matching["unmet"], json!([]));
        assert_eq!(matching["excluded"], json!([]));

        // Neither can make 3,000 in time; whoever has ten times the idle hours makes all it can.
        let made = allocations(matching);
        let by = |coop: &str| {
            made.iter()
                .find(|one| one["cooperative_id"] == coop)
                .unwrap()
        };
        assert_eq!(by(&idle.org.id)["quantity"], "2000");
        assert_eq!(by(&full.org.id)["quantity"], "1000");
        assert_eq!(
            by(&idle.org.id)["cooperative_name"],
            "Cooperativa 19 de Diciembre"
        );
        assert_eq!(by(&idle.org.id)["product_name"], "Printed shirt");
        assert_eq!(by(&idle.org.id)["unit_freight"], "120.5");
        let mut total = 0;
        for one in made {
            let price = figure(&one["unit_price"]);
            assert!(
                price > micro("10000"),
                "the price is above the market: {one}"
            );
            let landed = price + figure(&one["unit_freight"]);
            let amount = i128::from(landed) * i128::from(figure(&one["quantity"]));
            let amount = amount / 1_000_000;
            let stated = i128::from(figure(&one["amount"]["amount"]));
            assert!(
                (stated - amount).abs() <= 10_000,
                "{stated} is not {amount}"
            );
            total += figure(&one["amount"]["amount"]);
        }
        assert_eq!(figure(&matching["total"]["amount"]), total);
        let why = matching["why"].as_array().unwrap();
        assert_eq!(why.len(), 2);
        let reason = why
            .iter()
            .find(|one| one["cooperative_id"] == idle.org.id.as_str())
            .unwrap();
        assert_eq!(reason["code"], "capacity");
        let text = reason["text"].as_str().unwrap();
        assert!(
            text.starts_with("Cooperativa 19 de Diciembre makes 2000 C62 of line 1"),
            "{text}"
        );
        let loads = matching["suppliers"].as_array().unwrap();
        let load = loads
            .iter()
            .find(|one| one["cooperative_id"] == idle.org.id.as_str())
            .unwrap();
        // 400 idle hours, 13 - 4 weeks, 24 minutes at an efficiency of 0.8.
        assert_eq!(load["need"], 7200);
        assert_eq!(load["load"], 2000);

        let path = format!("/api/v1/needs/{need}");
        assert_eq!(
            market.buyer.get(&path).expect(200).body["status"],
            "proposed"
        );
        let kept = market.buyer.get(&format!(
            "/api/v1/proposals/{}",
            proposal["id"].as_str().unwrap()
        ));
        let kept = kept.expect(200);
        assert_eq!(kept.body, proposal);
        assert!(kept.etag.starts_with("\"1-"));
        // Nothing is reserved.
        let reserved: Vec<i64> = db::capacity_periods::table
            .select(db::capacity_periods::reserved_micro)
            .load(&mut world.conn())
            .unwrap();
        assert!(reserved.iter().all(|reserved| *reserved == 0));

        // A later proposal takes the place of an open one, and finds the same.
        let later = market.proposal(&need);
        assert_eq!(later["matching"], proposal["matching"]);
        let all = market.buyer.get(&format!("{path}/proposals")).expect(200);
        let states: Vec<&Value> = all.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["status"])
            .collect();
        assert_eq!(states, ["superseded", "open"]);
    });
}

#[test]
fn a_simulation_finds_what_a_proposal_finds_and_writes_nothing() {
    on_each_database(|world| {
        let market = Market::open(world);
        market.maker(
            &market.network,
            "Cooperativa 19 de Diciembre",
            Figures::default(),
        );
        let written = market
            .buyer
            .post("/api/v1/needs", market.need("2500"))
            .expect(201);
        let path = format!("/api/v1/needs/{}", written.id());
        let rows = || {
            let conn = &mut world.conn();
            let proposals: i64 = db::proposals::table.count().get_result(conn).unwrap();
            let unmet: i64 = db::unmet_lines::table.count().get_result(conn).unwrap();
            let audit: i64 = db::audit_log::table.count().get_result(conn).unwrap();
            let outbox: i64 = db::outbox::table.count().get_result(conn).unwrap();
            (proposals, unmet, audit, outbox)
        };
        let before = rows();
        let simulate = || {
            let simulated = market
                .buyer
                .raw("POST", &format!("{path}/simulate-match"), &[], None);
            simulated.expect(200).body
        };
        let simulated = simulate();
        assert_eq!(rows(), before);
        let after = market.buyer.get(&path).expect(200);
        assert_eq!(
            (after.body["status"].clone(), &after.etag),
            (json!("draft"), &written.etag)
        );
        market
            .buyer
            .post(&format!("{path}/proposals"), json!({}))
            .refused(409, "wrong_state");

        market
            .buyer
            .act(&format!("{path}/publish"), &written.etag)
            .expect(200);
        let proposal = market.proposal(&written.id());
        assert_eq!(proposal["matching"], simulated);
        assert_eq!(simulate(), simulated);
        assert_eq!(simulated["unmet"][0]["quantity"], "500");
        assert_eq!(simulated["unmet"][0]["codes"], json!(["capacity"]));
    });
}

/// W3 fails if the plan changes when only nationality changes (S22).
#[test]
fn the_plan_does_not_know_where_a_cooperative_is() {
    on_each_database(|world| {
        let market = Market::open(world);
        let near = market.maker(&market.network, "Cooperativa Cercana", Figures::default());
        market.maker(&market.network, "Cooperativa Gemela", Figures::default());
        let need = market.published(market.need("1500"));
        let before = market.proposal(&need)["matching"].clone();
        assert!(!allocations(&before).is_empty());
        let id: OrganisationId = near.org.id.parse::<Uuid>().unwrap().into();
        diesel::update(db::organisations::table.find(id))
            .set(db::organisations::country.eq("ZA"))
            .execute(&mut world.conn())
            .unwrap();
        assert_eq!(market.proposal(&need)["matching"], before);
    });
}

/// W3 fails if a co-operative goes below its floor (S10).
#[test]
fn a_cooperative_never_goes_below_its_floor() {
    on_each_database(|world| {
        let market = Market::open(world);
        let asks = Figures {
            offered: Some("10200"),
            minimum: "100",
            ..Figures::default()
        };
        let hurried = market.maker(&market.network, "Cooperativa Apurada", asks);
        let fair = market.maker(&market.network, "Cooperativa Justa", Figures::default());
        // Pay rises, and what the listing asks no longer carries it.
        let raised = market.workplace("1800000.00", "400");
        let etag = hurried.seller.get("/api/v1/workplace").expect(200).etag;
        hurried
            .seller
            .put("/api/v1/workplace", &etag, raised)
            .expect(200);
        let need = market.published(market.need("2500"));
        let matching = market.proposal(&need)["matching"].clone();
        assert_eq!(codes(&matching["excluded"]), ["below_floor"]);
        assert_eq!(
            matching["excluded"][0]["listing_id"],
            hurried.listing.as_str()
        );
        let made = allocations(&matching);
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(made[0]["cooperative_id"], fair.org.id.as_str());
        assert_eq!(
            matching["unmet"][0]["quantity"], "500",
            "too little is no reason to underpay"
        );
    });
}

/// S20: a verification by one network satisfies a policy that names another only where there is a
/// recognition.
#[test]
fn a_verification_counts_where_a_network_recognises_it() {
    on_each_database(|world| {
        let market = Market::open(world);
        let other = world.network("Red Cooperativa del Norte", "AR");
        market.maker(&other, "Cooperativa del Norte", Figures::default());
        let mut body = market.need("500");
        body["accepted_networks"] = json!([market.network.id]);
        let need = market.published(body);
        let refused = market.proposal(&need)["matching"].clone();
        assert_eq!(refused["allocations"], json!([]));
        assert_eq!(codes(&refused["why"]), ["supplier_not_verified"]);
        assert_eq!(
            refused["unmet"][0]["codes"],
            json!(["supplier_not_verified"])
        );

        // The other way round says nothing.
        let recognise = |network: &Org<'_>, recognised: &Org<'_>| {
            let path = format!("/api/v1/recognitions/{}", recognised.id);
            let verifier = network.member(&["verifier"]);
            verifier
                .put(&path, "", json!({"since": today()}))
                .expect(201);
        };
        recognise(&other, &market.network);
        assert_eq!(market.proposal(&need)["matching"]["allocations"], json!([]));
        recognise(&market.network, &other);
        let matching = market.proposal(&need)["matching"].clone();
        assert_eq!(allocations(&matching)[0]["quantity"], "500");
        let any = market.published(market.need("500"));
        assert_eq!(market.proposal(&any)["matching"]["unmet"], json!([]));
    });
}

#[test]
fn a_premium_over_the_policy_is_left_out() {
    on_each_database(|world| {
        let market = Market::open(world);
        let dear = Figures {
            materials: "14000",
            ..Figures::default()
        };
        let over = market.maker(&market.network, "Cooperativa Cara", dear);
        let within = market.maker(&market.network, "Cooperativa Justa", Figures::default());
        let mut body = market.need("1000");
        body["max_premium_rate"] = json!("0.6");
        let matching = market.proposal(&market.published(body.clone()))["matching"].clone();
        assert_eq!(codes(&matching["excluded"]), ["premium_over_policy"]);
        assert_eq!(matching["excluded"][0]["listing_id"], over.listing.as_str());
        assert_eq!(
            allocations(&matching)[0]["listing_id"],
            within.listing.as_str()
        );

        // Setting up a batch costs 20,000: 4 shirts cost 15,090 each, a premium of 0.509;
        // 3 would be over the policy.
        body["max_premium_rate"] = json!("0.51");
        for (quantity, made) in [("4", "4"), ("3", "0")] {
            body["lines"][0]["quantity"] = json!(quantity);
            let few = market.proposal(&market.published(body.clone()))["matching"].clone();
            let total: i64 = allocations(&few)
                .iter()
                .map(|one| figure(&one["quantity"]))
                .sum();
            assert_eq!(total, micro(made), "{few}");
        }
    });
}

#[test]
fn limits_of_lines_and_listings_are_kept() {
    on_each_database(|world| {
        let market = Market::open(world);
        let lots = Figures {
            lot: "12",
            minimum: "240",
            ..Figures::default()
        };
        market.maker(&market.network, "Cooperativa por docena", lots);
        let mut body = market.need("1000");
        let exact = market.proposal(&market.published(body.clone()))["matching"].clone();
        assert_eq!(allocations(&exact)[0]["quantity"], "996", "whole dozens");
        assert_eq!(
            exact["unmet"][0],
            json!({
                "line": 1, "product_id": market.product, "quantity": "4", "codes": ["lot"],
            })
        );
        let few = market.proposal(&market.published(market.need("228")))["matching"].clone();
        assert_eq!(few["unmet"][0]["codes"], json!(["minimum_not_reached"]));

        let landed = figure(&allocations(&exact)[0]["unit_price"]) + micro("120.5");
        body["lines"][0]["max_unit_price"] = json!(format!("{}", (landed - 1_000_000) / 1_000_000));
        let poor = market.proposal(&market.published(body.clone()))["matching"].clone();
        assert_eq!(poor["unmet"][0]["codes"], json!(["price_above_maximum"]));
        body["lines"][0]["max_unit_price"] = json!(null);
        body["lines"][0]["budget"] = json!(format!("{}.00", landed / 1_000_000 * 500));
        let budget = market.proposal(&market.published(body.clone()))["matching"].clone();
        let (spent, most) = (figure(&budget["total"]["amount"]), landed / 1_000_000 * 500);
        assert!(
            spent <= most * 1_000_000 && spent > (most - 13 * 30_000) * 1_000_000,
            "{spent}"
        );
        body["lines"][0]["budget"] = json!(null);
        body["lines"][0]["due_on"] = json!(today());
        let late = market.proposal(&market.published(body.clone()))["matching"].clone();
        assert_eq!(late["unmet"][0]["codes"], json!(["too_late"]));
        body["lines"][0]["region"] = json!("AR-V");
        let far = market.proposal(&market.published(body))["matching"].clone();
        assert_eq!(far["unmet"][0]["codes"], json!(["region_not_served"]));
    });
}

/// Where the market asks more for large quantities, the table's smaller steps say too little: the
/// proposal states what the order will cost.
#[test]
fn a_proposed_price_is_one_that_holds() {
    on_each_database(|world| {
        let market = Market::open(world);
        market.dearer_from("1500", "40000");
        let stepped = Figures {
            steps: &["100", "500"],
            ..Figures::default()
        };
        market.maker(&market.network, "Cooperativa 19 de Diciembre", stepped);
        let matching = market.proposal(&market.published(market.need("1800")))["matching"].clone();
        let made = &allocations(&matching)[0];
        assert_eq!(made["quantity"], "1800");
        assert!(figure(&made["unit_price"]) > micro("40000"), "{made}");
        let few = market.proposal(&market.published(market.need("800")))["matching"].clone();
        assert!(figure(&allocations(&few)[0]["unit_price"]) < micro("30000"));
    });
}

#[test]
fn what_has_no_price_for_the_buyer_is_left_out_with_the_reason() {
    on_each_database(|world| {
        let market = Market::open(world);
        let maker = market.maker(
            &market.network,
            "Cooperativa 19 de Diciembre",
            Figures::default(),
        );
        let stranger = world.community("Movimiento de Desocupados", "AR");
        let buyer = stranger.member(&["buyer"]);
        let written = buyer.post("/api/v1/needs", market.need("100")).expect(201);
        let path = format!("/api/v1/needs/{}", written.id());
        buyer
            .act(&format!("{path}/publish"), &written.etag)
            .expect(200);
        let proposal = buyer
            .post(&format!("{path}/proposals"), json!({}))
            .expect(201)
            .body;
        let matching = &proposal["matching"];
        assert_eq!(codes(&matching["excluded"]), ["no_common_rule_set"]);
        assert_eq!(
            matching["excluded"][0]["listing_id"],
            maker.listing.as_str()
        );
        assert_eq!(matching["unmet"][0]["codes"], json!(["no_common_rule_set"]));
        assert_eq!(buyer.get(&path).expect(200).body["status"], "unmet");

        let mut dollars = market.need("100");
        dollars["currency"] = json!("USD");
        let nobody = market.proposal(&market.published(dollars))["matching"].clone();
        assert_eq!(nobody["unmet"][0]["codes"], json!(["not_offered"]));
        assert_eq!(nobody["excluded"], json!([]));
    });
}

#[test]
fn anybody_with_an_account_can_run_the_matching_on_figures_of_their_own() {
    on_each_database(|world| {
        let client = world.applicant("union", "Sindicato del Papel", "AR").admin;
        let path = "/api/v1/simulations/match";
        let request = json!({
            "lines": [{"id": "L", "buyer": "B", "product": "p", "quantity": 10, "region": "R", "due": 1}],
            "suppliers": [{"id": "S", "need": 20}],
            "offers": [{"id": "O", "supplier": "S", "product": "p", "capacity": [4, 3],
                "unit_price": 5, "freight": {"R": 1}}],
        });
        let plan = client.post(path, request.clone()).expect(200).body;
        assert_eq!(plan["allocations"][0]["quantity"], 7);
        assert_eq!(plan["objective"]["landed_cost"], 42);
        assert_eq!(plan["unmet"][0]["codes"], json!(["capacity"]));
        for (change, status, code, pointer) in [
            (
                ("/lines/0/colour", json!("red")),
                400,
                "invalid_input",
                "/lines/0/colour",
            ),
            (
                ("/lines/0/quantity", json!("10")),
                400,
                "invalid_input",
                "/lines/0/quantity",
            ),
            (
                ("/lines/0/quantity", json!(0)),
                422,
                "out_of_range",
                "/lines/0/quantity",
            ),
            (
                ("/offers/0/supplier", json!("T")),
                422,
                "dangling_reference",
                "/offers/0/supplier",
            ),
            (
                ("/offers/0/unit_price", json!(i64::MAX)),
                422,
                "overflow",
                "/lines/0/due",
            ),
        ] {
            let (at, value) = change;
            let mut wrong = request.clone();
            let (parent, name) = at.rsplit_once('/').unwrap();
            wrong.pointer_mut(parent).unwrap()[name] = value;
            let refusal = client.post(path, wrong).refused(status, code);
            assert_eq!(refusal.pointers(), [pointer]);
        }
        let mut twice = request.clone();
        let line = twice["lines"][0].clone();
        twice["lines"].as_array_mut().unwrap().push(line);
        client.post(path, twice).refused(422, "duplicate_id");
        client.post(path, json!([])).refused(400, "invalid_input");
        world
            .client()
            .post(path, request)
            .refused(401, "unauthenticated");
    });
}
