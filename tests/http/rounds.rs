//! Procurement rounds: many buyers' needs, matched as one.
use crate::support::catalogue::{ListingSpec, Market};
use crate::support::governance::today;
use crate::support::pools::Buyer;
use crate::support::{Client, Response, World, on_each_database};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A market with an open listing that is sold from 500 on, the cheaper the more, two unions that buy, and an
/// open round.
struct Gathering<'w> {
    market: Market<'w>,
    other: Buyer<'w>,
    listing: String,
    round: String,
}

fn gather(world: &World) -> Gathering<'_> {
    let market = world.market();
    // So dear to set up that each unit more makes all units cheaper.
    let mut spec = ListingSpec::of(&market.product).with("minimum", json!("500"));
    spec.body["cost_sheet"]["setup_cost"] = json!("3000000");
    let listing = world.open_listing(&market.seller, &spec);
    let other = world.pool_buyer(&market, "union", "Sindicato de al lado");
    let round = convene(&market, "ARS").expect(201).id();
    Gathering {
        market,
        other,
        listing,
        round,
    }
}

fn convene(market: &Market<'_>, currency: &str) -> Response {
    let body = json!({
        "title": "First half of 2027", "currency": currency, "rule_set_id": market.rule_set,
    });
    market.network.admin.post("/api/v1/rounds", body)
}

impl Gathering<'_> {
    fn path(&self) -> String {
        format!("/api/v1/rounds/{}", self.round)
    }

    /// A published need for so many tiles, with some of its fields changed.
    fn need(&self, buyer: &Client, quantity: &str, change: Value) -> String {
        let mut body = json!({
            "title": "Tiles", "currency": "ARS",
            "lines": [{"product_id": self.market.product, "specification": "Glazed",
                "quantity": quantity, "region": "AR-B", "due_on": today() + Days::new(80)}],
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let need = buyer.post("/api/v1/needs", body).expect(201);
        let path = format!("/api/v1/needs/{}/publish", need.id());
        buyer.act(&path, &need.etag).expect(200).id()
    }

    fn enter(&self, buyer: &Client, need: &str) -> Response {
        let path = format!("{}/needs", self.path());
        buyer.post(&path, json!({"need_id": need}))
    }

    /// Asks for the plan, by the round as it is now.
    fn ask(&self) -> Response {
        let network = &self.market.network.admin;
        let round = network.get(&self.path()).expect(200);
        network.act(&format!("{}/plan", self.path()), &round.etag)
    }

    /// What a unit costs of so many.
    fn price_of(&self, quantity: &str) -> Decimal {
        let path = format!(
            "/api/v1/listings/{}/price?quantity={quantity}",
            self.listing
        );
        let answer = self.market.buyer.get(&path).expect(200);
        decimal(&answer.body["price"]["unit_price"])
    }

    /// The proposal that came of a need.
    fn proposal(&self, buyer: &Client, need: &str) -> Response {
        let entry = buyer
            .get(&format!("{}/needs/{need}", self.path()))
            .expect(200);
        let id = entry.body["proposal_id"].as_str().expect("a proposal");
        buyer.get(&format!("/api/v1/proposals/{id}")).expect(200)
    }
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

fn order(buyer: &Client, proposal: &Response) -> Response {
    let body = json!({"proposal_id": proposal.id()});
    buyer.post("/api/v1/orders", body).expect(201)
}

#[test]
fn two_unions_reach_together_what_neither_reaches_alone() {
    on_each_database(|world| {
        let gathering = gather(world);
        let (ours, theirs) = (&gathering.market.buyer, &gathering.other.client);
        let first = gathering.need(ours, "300", json!({}));
        let second = gathering.need(theirs, "400", json!({}));

        // Alone nobody is sold less than 500.
        let path = format!("/api/v1/needs/{first}/proposals");
        let alone = ours.act(&path, "").expect(201);
        assert_eq!(
            alone.body["matching"]["unmet"][0]["codes"],
            json!(["minimum_not_reached"])
        );

        let entered = gathering.enter(ours, &first).expect(201);
        assert_eq!(
            ours.get(entered.headers["location"].to_str().unwrap())
                .expect(200)
                .body,
            entered.body
        );
        gathering.enter(theirs, &second).expect(201);
        let asked = gathering.ask().expect(202);
        assert_eq!(asked.body["status"], "queued");
        assert_eq!(
            (&asked.body["done"], &asked.body["total"]),
            (&json!(0), &json!(2))
        );
        world.work();
        let network = &gathering.market.network.admin;
        let job = network
            .get(asked.headers["location"].to_str().unwrap())
            .expect(200);
        assert_eq!(job.body["status"], "done", "{:#}", job.body);
        assert_eq!(
            (&job.body["done"], &job.body["errors"]),
            (&json!(2), &json!([]))
        );
        assert_eq!(job.body["subject"], gathering.path().as_str());
        let round = network.get(&gathering.path()).expect(200);
        assert_eq!(round.body["status"], "planned");

        // Each has a proposal of its own at the price of 700; nothing is reserved yet.
        let (first, second) = (
            gathering.proposal(ours, &first),
            gathering.proposal(theirs, &second),
        );
        let price =
            |proposal: &Response| proposal.body["matching"]["allocations"][0]["unit_price"].clone();
        assert_eq!(price(&first), price(&second));
        assert_eq!(first.body["matching"]["allocations"][0]["quantity"], "300");
        assert_eq!(first.body["matching"]["seed"], round.body["seed"]);
        assert_eq!(decimal(&price(&first)), gathering.price_of("700"));
        let why = first.body["matching"]["why"].as_array().unwrap();
        assert!(why.iter().all(|one| one["line"] == 1), "{why:#?}");

        // Ordered one by one, both keep the price of the round, and what it would cost on the market.
        let placed = order(ours, &first);
        assert_eq!(placed.body["lines"][0]["unit_price"], price(&first));
        let also = order(theirs, &second);
        assert_eq!(also.body["lines"][0]["unit_price"], price(&first));
        let market = |order: &Response, quantity: i64| {
            (decimal(&order.body["share"]["market"]) / Decimal::from(quantity)).round_dp(2)
        };
        assert_eq!(market(&placed, 300), market(&also, 400));
        // A draft that shrinks is still sold at the total of the round without the difference.
        let path = format!("/api/v1/orders/{}", placed.id());
        let less = json!({"lines": [{"position": 1, "quantity": "200"}]});
        let changed = ours.put(&path, &placed.etag, less.clone()).expect(200);
        assert_eq!(changed.body["lines"][0]["quantity"], "200");
        let smaller = decimal(&changed.body["lines"][0]["unit_price"]);
        assert_eq!(smaller, gathering.price_of("600"));
        assert!(smaller > decimal(&price(&first)));
        // Below the listing's minimum in all it is not.
        let path = format!("/api/v1/orders/{}", also.id());
        let too_little = json!({"lines": [{"position": 1, "quantity": "100"}]});
        theirs
            .put(&path, &also.etag, too_little)
            .refused(422, "quantity_not_offered");
        // A purchase order of less than the minimum reaches the co-operative all the same.
        let submitted = theirs.order_act(&also, "submit").expect(200);
        assert_eq!(submitted.body["status"], "submitted");
        assert_eq!(submitted.body["lines"][0]["unit_price"], price(&first));
    });
}

#[test]
fn the_network_holds_the_proof_and_buyers_only_their_own() {
    on_each_database(|world| {
        let gathering = gather(world);
        let (ours, theirs) = (&gathering.market.buyer, &gathering.other.client);
        let network = &gathering.market.network.admin;
        let first = gathering.need(ours, "300", json!({}));
        let second = gathering.need(theirs, "400", json!({}));
        gathering.enter(ours, &first).expect(201);
        gathering.enter(theirs, &second).expect(201);

        let seen = |by: &Client| {
            let page = by.get(&format!("{}/needs", gathering.path())).expect(200);
            let items = page.body["items"].as_array().unwrap().clone();
            items
                .into_iter()
                .map(|one| one["need_id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(seen(network), [first.clone(), second.clone()]);
        assert_eq!(seen(ours), [first.as_str()]);
        let theirs_in_round = format!("{}/needs/{second}", gathering.path());
        ours.get(&theirs_in_round).refused(404, "not_found");

        let plan = format!("{}/plan", gathering.path());
        network.get(&plan).refused(404, "not_found");
        let job = gathering.ask().expect(202);
        let job = job.headers["location"].to_str().unwrap();
        ours.get(job).refused(404, "not_found");
        world.work();
        ours.get(&plan).refused(404, "not_found");
        let kept = network.get(&plan).expect(200);
        let again = network.post("/api/v1/simulations/match", kept.body["request"].clone());
        assert_eq!(again.expect(200).body, kept.body["plan"]);
        assert_eq!(
            kept.body["plan"]["allocations"].as_array().unwrap().len(),
            2
        );
    });
}

#[test]
fn what_cannot_be_matched_with_the_others_stays_out() {
    on_each_database(|world| {
        let gathering = gather(world);
        let ours = &gathering.market.buyer;
        let need = |change: Value| gathering.need(ours, "300", change);
        let foreign = need(json!({"currency": "ZAR"}));
        gathering
            .enter(ours, &foreign)
            .refused(422, "currency_mismatch");
        let limited = need(json!({"max_premium_rate": "0.2"}));
        gathering.enter(ours, &limited).refused(409, "wrong_state");
        let elsewhere = world.network("Otra Red", "AR").id;
        let choosy = need(json!({"accepted_networks": [elsewhere]}));
        gathering.enter(ours, &choosy).refused(409, "wrong_state");
        let stranger = world.union("Sindicato sin reglas", "AR").member(&["buyer"]);
        let unbound = gathering.need(&stranger, "300", json!({}));
        gathering
            .enter(&stranger, &unbound)
            .refused(422, "no_common_rule_set");
        gathering.enter(ours, &unbound).refused(404, "not_found");

        // A need is in one round at a time, once; it may leave while the round is open.
        let plain = need(json!({}));
        gathering.enter(ours, &plain).expect(201);
        gathering.enter(ours, &plain).refused(409, "duplicate");
        let second = convene(&gathering.market, "ARS").expect(201);
        let path = format!("/api/v1/rounds/{}/needs", second.id());
        ours.post(&path, json!({"need_id": plain}))
            .refused(409, "wrong_state");
        let leave = format!("{}/needs/{plain}/leave", gathering.path());
        gathering
            .other
            .client
            .act(&leave, "")
            .refused(404, "not_found");
        ours.act(&leave, "").expect(204);
        ours.post(&path, json!({"need_id": plain})).expect(201);

        // Only a network convenes, plans and calls off.
        let body =
            json!({"title": "x", "currency": "ARS", "rule_set_id": gathering.market.rule_set});
        gathering
            .market
            .union
            .admin
            .post("/api/v1/rounds", body.clone())
            .refused(403, "forbidden");
        gathering.ask().refused(409, "wrong_state");
        let mut unknown = body;
        unknown["rule_set_id"] = json!(uuid::Uuid::now_v7());
        let refused = gathering
            .market
            .network
            .admin
            .post("/api/v1/rounds", unknown);
        assert_eq!(
            refused.refused(400, "invalid_input").pointers(),
            ["/rule_set_id"]
        );
        let cancel = format!("/api/v1/rounds/{}/cancel", second.id());
        ours.act(&cancel, &second.etag).refused(403, "forbidden");
        let cancelled = gathering
            .market
            .network
            .admin
            .act(&cancel, &second.etag)
            .expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        gathering.enter(ours, &plain).expect(201);
    });
}

#[test]
fn what_changed_before_the_plan_is_left_out_and_named() {
    on_each_database(|world| {
        let gathering = gather(world);
        let (ours, theirs) = (&gathering.market.buyer, &gathering.other.client);
        let first = gathering.need(ours, "600", json!({}));
        let second = gathering.need(theirs, "700", json!({}));
        gathering.enter(ours, &first).expect(201);
        gathering.enter(theirs, &second).expect(201);
        let need = ours.get(&format!("/api/v1/needs/{first}")).expect(200);
        ours.act(&format!("/api/v1/needs/{first}/withdraw"), &need.etag)
            .expect(200);
        let job = gathering.ask().expect(202);
        gathering.enter(ours, &first).refused(409, "wrong_state");
        world.work();
        let job = gathering
            .market
            .network
            .admin
            .get(job.headers["location"].to_str().unwrap());
        let job = job.expect(200).body;
        assert_eq!(job["status"], "done");
        let errors = job["errors"].as_array().unwrap();
        let reference = need.body["reference"].as_str().unwrap();
        assert!(
            errors.len() == 1 && errors[0].as_str().unwrap().starts_with(reference),
            "{errors:?}"
        );
        let entry = ours
            .get(&format!("{}/needs/{first}", gathering.path()))
            .expect(200);
        assert_eq!(entry.body["proposal_id"], Value::Null);
        let proposal = gathering.proposal(theirs, &second);
        assert_eq!(
            proposal.body["matching"]["allocations"][0]["quantity"],
            "700"
        );
        gathering.ask().refused(409, "wrong_state");
    });
}
