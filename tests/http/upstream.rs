//! What a co-operative needs itself goes to its networks' co-operatives first (MA8, S21). Fails if an outsider
//! is offered it in that time, the need is recorded as unmet before its end, a co-operative buys of itself, or
//! one person buys alone.
use crate::support::catalogue::ListingSpec;
use crate::support::deliveries::{Delivery, payment, receive};
use crate::support::governance::today;
use crate::support::ladders::{adopt, ladder, step};
use crate::support::orders::Trade;
use crate::support::{Client, Org, Response, World, on_each_database};
use chrono::{Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::ids::NeedId;
use store::schema::needs;
use store::sql::Time;

/// A maker of uniforms that buys, a weaver of its network, and the cloth.
struct Mill<'w> {
    trade: Trade<'w>,
    buyer: Client,
    weaver: (Org<'w>, Client),
    cloth: String,
}

fn mill(world: &World) -> Mill<'_> {
    let trade = world.trade();
    let market = &trade.market;
    let weaver = trade.another_cooperative("Textiles Pigüé", "700000.00");
    let cloth = world.product(&market.network.admin, "Gabardine, bolt");
    let quotes = ["14600", "14850", "15900"];
    world.quotes(&market.network.admin, &cloth, "ARS", &quotes);
    Mill {
        buyer: market.cooperative.member(&["buyer"]),
        weaver,
        cloth,
        trade,
    }
}

impl<'w> Mill<'w> {
    fn world(&self) -> &'w World {
        self.trade.world
    }

    fn body(&self, quantity: &str) -> Value {
        json!({"title": "Cloth for the uniforms", "currency": "ARS", "lines": [{
            "product_id": self.cloth, "specification": "Navy blue", "quantity": quantity,
            "region": "AR-B", "due_on": today() + Days::new(80),
        }]})
    }

    /// A published need of the co-operative for so many bolts.
    fn need(&self, quantity: &str) -> Response {
        let written = self.buyer.post("/api/v1/needs", self.body(quantity));
        let written = written.expect(201);
        let path = format!("/api/v1/needs/{}/publish", written.id());
        self.buyer.act(&path, &written.etag).expect(200)
    }

    fn weave(&self, seller: &Client, capacity: &'static str) -> String {
        let spec = ListingSpec::of(&self.cloth).capacity(capacity);
        self.world().open_listing(seller, &spec)
    }

    /// A verified co-operative of another network, under the same rules, with its seller.
    fn outsider(&self) -> (Org<'w>, Org<'w>, Client) {
        let network = self.world().network("Otra Red", "AR");
        let cooperative = self
            .world()
            .verified_cooperative(&network, "Hilandería Lejana", "AR");
        self.world()
            .adopt(&cooperative, &self.trade.market.rule_set);
        let seller = cooperative.member(&["seller"]);
        let workplace = crate::support::catalogue::workplace(&self.trade.market.benchmark);
        self.world().describe_workplace(&seller, workplace);
        (network, cooperative, seller)
    }

    fn proposal(&self, need: &str) -> Response {
        let path = format!("/api/v1/needs/{need}/proposals");
        self.buyer.raw("POST", &path, &[], None).expect(201)
    }

    fn now(&self, need: &str) -> Response {
        self.buyer.get(&format!("/api/v1/needs/{need}")).expect(200)
    }

    fn record(&self, need: &str, quantity: &str, outcome: &str) -> Response {
        let body = json!({"position": 1, "quantity": quantity, "outcome": outcome,
            "reason": "Nobody weaves it in this width."});
        let path = format!("/api/v1/needs/{need}/upstream-records");
        self.buyer.post_if(&path, &self.now(need).etag, body)
    }

    /// As if the networks' time were over.
    fn pass_time(&self, need: &str) {
        let id: NeedId = need.parse::<uuid::Uuid>().unwrap().into();
        let over = Time::from(Utc::now() - TimeDelta::minutes(1));
        diesel::update(needs::table.find(id))
            .set(needs::first_until.eq(Some(over)))
            .execute(&mut self.world().conn())
            .unwrap();
    }
}

fn allocations(proposal: &Response) -> usize {
    let allocations = &proposal.body["matching"]["allocations"];
    allocations.as_array().unwrap().len()
}

fn ids(list: &Response) -> Vec<String> {
    let items = list.body["items"].as_array().unwrap().iter();
    items
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

fn told(world: &World, person: &Client) -> bool {
    world.work();
    let mails = world.mails();
    let mut mails = mails.iter();
    mails.any(|mail| mail.to == person.email() && mail.subject.contains("Cloth for the uniforms"))
}

#[test]
fn the_networks_cooperatives_are_asked_first_and_told() {
    on_each_database(|world| {
        let mill = mill(world);
        let (weaver, weaving) = &mill.weaver;
        let (network, _, outsider) = mill.outsider();
        mill.weave(&outsider, "5000");
        let published = mill.need("40");
        let need = published.id();
        let until = published.body["offered_first_until"].as_str().unwrap();
        let until = until.parse::<chrono::DateTime<Utc>>().unwrap();
        let left = until - Utc::now();
        assert!(
            left > TimeDelta::days(9) && left <= TimeDelta::days(10),
            "{left}"
        );
        assert!(told(world, weaving), "who may make it is told");
        assert!(!told(world, &outsider), "and nobody else");
        assert!(
            !told(world, &mill.trade.market.seller),
            "nor the buyer itself"
        );

        // Offered to those of its networks, and seen by the network.
        let list = "/api/v1/upstream-needs";
        let path = format!("{list}/{need}");
        assert_eq!(
            ids(&weaving.get(list).expect(200)),
            std::slice::from_ref(&need)
        );
        let offered = weaving.get(&path).expect(200);
        assert_eq!(
            offered.body["cooperative"]["id"],
            mill.trade.market.cooperative.id
        );
        assert_eq!(offered.body["lines"][0]["product_name"], "Gabardine, bolt");
        mill.trade.market.network.admin.get(&path).expect(200);
        assert!(ids(&outsider.get(list).expect(200)).is_empty());
        outsider.get(&path).refused(404, "not_found");
        assert!(
            ids(&mill.buyer.get(list).expect(200)).is_empty(),
            "not its own"
        );
        network.admin.get(&path).refused(404, "not_found");
        mill.trade.market.buyer.get(list).refused(403, "forbidden");

        // Nobody of them lists it: it is unmet, but not for everybody to see.
        assert_eq!(allocations(&mill.proposal(&need)), 0);
        assert_eq!(mill.now(&need).body["status"], "unmet");
        assert!(ids(&outsider.get("/api/v1/unmet-needs").expect(200)).is_empty());
        let early = mill
            .record(&need, "40", "unmet")
            .refused(409, "upstream_first");
        let detail = early.body["detail"].as_str().unwrap();
        let stated = until.format("%Y-%m-%d %H:%M UTC").to_string();
        assert!(detail.contains(&stated), "{detail}");

        // The weaver makes it.
        mill.weave(weaving, "5000");
        let proposal = mill.proposal(&need);
        let line = &proposal.body["matching"]["allocations"][0];
        assert_eq!(allocations(&proposal), 1, "{line}");
        assert_eq!(line["cooperative_id"], weaver.id);
    });
}

#[test]
fn a_recognised_network_counts_and_then_everybody_does() {
    on_each_database(|world| {
        let mill = mill(world);
        let (network, _, outsider) = mill.outsider();
        mill.weave(&outsider, "5000");
        let need = mill.need("40").id();
        assert_eq!(allocations(&mill.proposal(&need)), 0);
        let verifier = &mill.trade.market.network.admin;
        let path = format!("/api/v1/recognitions/{}", network.id);
        let recognised = verifier
            .put(&path, "", json!({"since": today()}))
            .expect(201);
        assert_eq!(allocations(&mill.proposal(&need)), 1);
        outsider
            .get(&format!("/api/v1/upstream-needs/{need}"))
            .expect(200);
        let again = mill.need("30").id();
        assert!(told(world, &outsider), "of what comes from now on");

        let ended = json!({"ended_on": today()});
        let path = format!("{path}/end");
        verifier.post_if(&path, &recognised.etag, ended).expect(200);
        assert_eq!(allocations(&mill.proposal(&again)), 0);
        mill.pass_time(&again);
        assert_eq!(allocations(&mill.proposal(&again)), 1, "its time is over");
    });
}

#[test]
fn what_the_movement_does_not_make_is_recorded_for_the_networks() {
    on_each_database(|world| {
        let mill = mill(world);
        let (network, _, outsider) = mill.outsider();
        let need = mill.need("40").id();
        mill.proposal(&need);
        mill.pass_time(&need);
        let unmet = outsider.get("/api/v1/unmet-needs").expect(200);
        assert_eq!(
            unmet.body["items"][0]["quantity"], "40",
            "now everybody sees it"
        );
        let more = mill
            .record(&need, "41", "unmet")
            .refused(400, "invalid_input");
        assert_eq!(more.pointers(), ["/quantity"]);
        assert!(more.body["detail"].as_str().unwrap().contains("40"));
        let half = mill
            .record(&need, "0.5", "unmet")
            .refused(400, "invalid_input");
        assert_eq!(half.pointers(), ["/quantity"]);
        let none = json!({"position": 2, "quantity": "1", "outcome": "unmet", "reason": "None."});
        let path = format!("/api/v1/needs/{need}/upstream-records");
        let none = mill.buyer.post_if(&path, &mill.now(&need).etag, none);
        assert_eq!(none.refused(400, "invalid_input").pointers(), ["/position"]);
        let etag = mill.now(&need).etag;

        let first = mill.record(&need, "30", "bought_elsewhere").expect(201);
        let body = json!({"position": 1, "quantity": "1", "outcome": "unmet", "reason": "None."});
        mill.buyer.post_if(&path, &etag, body).refused(412, "stale");
        let unmet = outsider.get("/api/v1/unmet-needs").expect(200);
        assert_eq!(unmet.body["items"][0]["quantity"], "10");
        let proposal = mill.proposal(&need);
        assert_eq!(proposal.body["matching"]["unmet"][0]["quantity"], "10");
        let withdraw = format!("/api/v1/needs/{need}/withdraw");
        mill.buyer
            .act(&withdraw, &mill.now(&need).etag)
            .refused(409, "wrong_state");
        let second = mill.record(&need, "10", "unmet").expect(201);
        assert_eq!(
            mill.now(&need).body["status"],
            "closed",
            "nothing is left of it"
        );
        mill.record(&need, "1", "unmet").refused(409, "wrong_state");
        assert!(ids(&outsider.get("/api/v1/unmet-needs").expect(200)).is_empty());

        // Every network reads them, whose member it was or not; other co-operatives do not.
        let list = "/api/v1/upstream-records";
        for reader in [
            &network.admin,
            &mill.trade.market.network.admin,
            &mill.buyer,
        ] {
            let page = reader.get(list).expect(200);
            assert_eq!(ids(&page), [first.id(), second.id()]);
            assert_eq!(page.body["items"][0]["outcome"], "bought_elsewhere");
        }
        let of_tiles = format!("{list}?product_id={}", mill.trade.market.product);
        assert!(ids(&network.admin.get(&of_tiles).expect(200)).is_empty());
        let of_cloth = format!("{list}?product_id={}&limit=1", mill.cloth);
        assert_eq!(ids(&network.admin.get(&of_cloth).expect(200)), [first.id()]);
        network
            .admin
            .get(&format!("{list}/{}", first.id()))
            .expect(200);
        assert!(ids(&outsider.get(list).expect(200)).is_empty());
        outsider
            .get(&format!("{list}/{}", first.id()))
            .refused(404, "not_found");
        mill.trade.market.buyer.get(list).refused(403, "forbidden");
    });
}

#[test]
fn a_cooperative_buys_as_its_assembly_decided_and_never_of_itself() {
    on_each_database(|world| {
        let mill = mill(world);
        let market = &mill.trade.market;
        let (_, weaving) = &mill.weaver;
        // Its own listing is the only one.
        mill.weave(&market.seller, "5000");
        let need = mill.need("40").id();
        assert_eq!(allocations(&mill.proposal(&need)), 0);
        mill.weave(weaving, "5000");
        let proposal = mill.proposal(&need);
        assert_eq!(allocations(&proposal), 1);

        // Whose verifications count is not its to choose, and it needs the mandate.
        let mut body = mill.body("40");
        body["accepted_networks"] = json!([market.network.id]);
        let chosen = mill
            .buyer
            .post("/api/v1/needs", body)
            .refused(400, "invalid_input");
        assert_eq!(chosen.pointers(), ["/accepted_networks"]);
        market
            .seller
            .post("/api/v1/needs", mill.body("1"))
            .refused(403, "forbidden");
        let union = market
            .buyer
            .post("/api/v1/needs", mill.body("1"))
            .expect(201);
        let path = format!("/api/v1/needs/{}", union.id());
        let union = market
            .buyer
            .act(&format!("{path}/publish"), &union.etag)
            .expect(200);
        assert_eq!(union.body["offered_first_until"], Value::Null);
        let body = json!({"position": 1, "quantity": "1", "outcome": "unmet", "reason": "None."});
        market
            .buyer
            .post_if(&format!("{path}/upstream-records"), &union.etag, body)
            .refused(403, "forbidden");

        // Its assembly adopts a ladder: the president alone signs.
        let law = ladder(json!([step("unlimited", true, &[("president", 1)])]));
        adopt(&market.cooperative, 0, &law);
        let order = json!({"proposal_id": proposal.id()});
        let draft = mill.buyer.post("/api/v1/orders", order).expect(201);
        let submitted = mill.buyer.order_act(&draft, "submit").expect(200);
        mill.buyer
            .order_act(&submitted, "confirm")
            .refused(409, "approvals_missing");
        let president = market.cooperative.member(&["president"]);
        let approved = president.order_act(&submitted, "approve").expect(200);
        let confirmed = mill.buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["status"], "confirmed");
    });
}

#[test]
fn uniforms_of_cloth_that_another_cooperative_wove() {
    on_each_database(|world| {
        let mill = mill(world);
        let market = &mill.trade.market;
        let (weaver, weaving) = &mill.weaver;
        mill.weave(weaving, "400");
        let need = mill.need("700").id();
        let order = json!({"proposal_id": mill.proposal(&need).id()});
        let draft = mill.buyer.post("/api/v1/orders", order).expect(201);
        let mut present = mill.buyer.order_act(&draft, "submit").expect(200);
        for _ in 0..2 {
            let approver = market.cooperative.member(&["approver"]);
            present = approver.order_act(&present, "approve").expect(200);
        }
        mill.buyer.order_act(&present, "confirm").expect(200);
        let accepted = weaving
            .accept(&weaving.purchase_order("issued"))
            .expect(200);
        let cloth = format!("/api/v1/purchase-orders/{}", accepted.id());
        assert_eq!(mill.buyer.purchase_order("accepted").id(), accepted.id());

        // Half in advance, in one despatch, an invoice of the rest.
        let treasurer = weaver.member(&["treasurer"]);
        let paying = market.cooperative.member(&["treasurer"]);
        let advance = mill.buyer.get(&format!("{cloth}/advance")).expect(200);
        let agreed = advance.body["accounts"][0]["agreed"].as_str().unwrap();
        let mut paid = payment(agreed, "TELA");
        paid["payer_id"] = json!(market.cooperative.id);
        paid["account"] = json!("buyer");
        treasurer
            .post(&format!("{cloth}/advance-payments"), paid)
            .expect(201);
        let schedule = weaving.get(&format!("{cloth}/schedule")).expect(200);
        let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
            "lines": [{"line": 1, "quantity": "700"}]});
        let sent = weaving
            .post(&format!("{cloth}/despatches"), body)
            .expect(201);
        assert_eq!(
            ids(&mill.buyer.get("/api/v1/despatches").expect(200)),
            [sent.id()]
        );
        let received = receive(&mill.buyer, &sent, ["700", "0", "0"]).expect(201);
        assert_eq!(
            ids(&mill.buyer.get("/api/v1/receipts").expect(200)),
            [received.id()]
        );
        assert_eq!(
            ids(&weaving.get("/api/v1/receipts").expect(200)),
            [received.id()]
        );
        treasurer
            .raw("POST", &format!("{cloth}/invoices"), &[], None)
            .expect(201);
        let invoices = paying.get("/api/v1/invoices").expect(200);
        assert_eq!(ids(&invoices).len(), 1);

        // And the uniforms for the union, in two stages: the same co-operative sells.
        mill.trade.confirmed("1000");
        let delivery: Delivery = mill.trade.delivery();
        delivery.agree_stages(&[(15, "500"), (30, "500")]);
        for stage in 0..2 {
            let sent = delivery.send(&delivery.stage(stage), "500").expect(201);
            delivery.receive(&sent, ["500", "0", "0"]).expect(201);
        }
        assert_eq!(delivery.status(), "delivered");
        let both = market.seller.get("/api/v1/purchase-orders").expect(200);
        let both = ids(&both);
        assert_eq!(
            both,
            [accepted.id(), delivery.id().to_owned()],
            "bought and sold"
        );
    });
}
