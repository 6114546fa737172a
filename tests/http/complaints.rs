//! Complaints (MA9). Fails if an outcome is published before both sides were heard, an inspector belongs to
//! a side, a stranger reads it, or a deadline passes in silence.
use crate::support::governance::dossier;
use crate::support::orders::Trade;
use crate::support::world::PASSWORD;
use crate::support::{Client, Org, Response, World, on_each_database};
use chrono::{TimeDelta, Utc};
use serde_json::json;

/// A confirmed order's purchase order, and a network that is no side of it.
struct Case<'w> {
    world: &'w World,
    trade: Trade<'w>,
    network: Org<'w>,
    issued: String,
}

fn case(world: &World) -> Case<'_> {
    let trade = world.trade();
    let confirmed = trade.confirmed("10");
    let issued = confirmed.body["purchase_orders"][0]["id"].as_str().unwrap();
    Case {
        world,
        issued: issued.to_owned(),
        network: world.network("Red del Sur", "AR"),
        trade,
    }
}

fn file(by: &Client, object: &str, id: &str, network: &str) -> Response {
    by.post(
        "/api/v1/complaints",
        json!({
            "object": object, "object_id": id, "network_id": network,
            "grounds": "Two hundred came without glaze.",
        }),
    )
}

fn at(complaint: &Response, act: &str) -> String {
    format!("/api/v1/complaints/{}/{act}", complaint.id())
}

impl Case<'_> {
    fn filed(&self) -> Response {
        let buyer = &self.trade.market.buyer;
        file(buyer, "purchase_order", &self.issued, &self.network.id).expect(201)
    }
    fn answer(&self, by: &Client, complaint: &Response) -> Response {
        let text = json!({"text": "The kiln failed; we make them anew."});
        by.post_if(&at(complaint, "answer"), &complaint.etag, text)
    }
    fn decide(&self, by: &Client, complaint: &Response) -> Response {
        let outcome = json!({"finding": "partly_upheld", "text": "They are made anew."});
        by.post_if(&at(complaint, "decide"), &complaint.etag, outcome)
    }
    fn now(&self, by: &Client, complaint: &Response) -> Response {
        by.get(&format!("/api/v1/complaints/{}", complaint.id()))
            .expect(200)
    }
    /// Whether somebody with this address was told of this.
    fn told(&self, person: &Client, word: &str) -> bool {
        self.world.work();
        let mails = self.world.mails();
        mails
            .iter()
            .any(|mail| mail.to == person.email() && mail.subject.contains(word))
    }
}

#[test]
fn both_sides_are_heard_and_the_outcome_is_theirs_to_read() {
    on_each_database(|world| {
        let case = case(world);
        let market = &case.trade.market;
        let inspector = case.network.member(&["inspector"]);
        let complaint = case.filed();
        assert_eq!(complaint.body["status"], "filed");
        assert_eq!(complaint.body["respondent"]["id"], market.cooperative.id);
        assert!(case.told(&market.cooperative.admin, "Complaint"));
        assert!(case.told(&inspector, "Complaint"));
        let again = file(
            &market.buyer,
            "purchase_order",
            &case.issued,
            &case.network.id,
        );
        again.refused(409, "duplicate");

        // Nobody decides before the other side has spoken.
        let early = case
            .decide(&inspector, &complaint)
            .refused(409, "wrong_state");
        let detail = early.body["detail"].as_str().unwrap();
        assert!(detail.contains("may answer until"), "{detail}");
        case.answer(&market.buyer, &complaint)
            .refused(403, "forbidden");
        let answered = case.answer(&market.seller, &complaint).expect(200);
        assert_eq!(answered.body["status"], "answered");
        case.answer(&market.seller, &answered)
            .refused(409, "wrong_state");
        case.decide(&inspector, &complaint).refused(412, "stale");

        // Only an inspector of that network, who belongs to neither side.
        case.decide(&market.buyer, &answered)
            .refused(403, "forbidden");
        let verifier = case.network.member(&["verifier"]);
        case.decide(&verifier, &answered).refused(403, "forbidden");
        let other = market.network.member(&["inspector"]);
        case.decide(&other, &answered).refused(404, "not_found");
        let decided = case.decide(&inspector, &answered).expect(200);
        assert_eq!(decided.body["status"], "decided");
        assert_eq!(decided.body["outcome"]["finding"], "partly_upheld");
        case.decide(&inspector, &decided)
            .refused(409, "wrong_state");

        // Those concerned read it, nobody else.
        for side in [&market.buyer, &market.seller, &inspector] {
            assert_eq!(case.now(side, &complaint).body, decided.body);
            let list = side.get("/api/v1/complaints?status=decided").expect(200);
            assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
        }
        let path = format!("/api/v1/complaints/{}", complaint.id());
        other.get(&path).refused(404, "not_found");
        let list = other.get("/api/v1/complaints").expect(200);
        assert_eq!(list.body["items"], json!([]));
        assert!(case.told(&market.union.admin, "decided"));
    });
}

#[test]
fn silence_does_not_stop_it_and_no_deadline_passes_unseen() {
    on_each_database(|world| {
        let case = case(world);
        let market = &case.trade.market;
        let inspector = case.network.member(&["inspector"]);
        let complaint = case.filed();
        let days = |days: i64| Utc::now() + TimeDelta::days(days);
        world.work_at(days(11));
        assert!(!case.told(&market.cooperative.admin, "soon"));
        world.work_at(days(13));
        assert!(case.told(&market.cooperative.admin, "soon"));
        assert_eq!(case.now(&inspector, &complaint).body["status"], "filed");
        world.work_at(days(16));
        let lapsed = case.now(&inspector, &complaint);
        assert_eq!(lapsed.body["status"], "unanswered");
        assert!(case.told(&market.union.admin, "not answered"));
        world.work_at(days(31));
        let overdue = case.now(&inspector, &complaint);
        assert!(!overdue.body["overdue_at"].is_null());
        assert!(case.told(&inspector, "overdue"));
        world.work_at(days(32));
        assert_eq!(case.now(&inspector, &complaint).etag, overdue.etag, "once");

        // Late is better than never: heard before anybody decided.
        let answered = case.answer(&market.seller, &overdue).expect(200);
        assert_eq!(answered.body["status"], "answered");
        case.decide(&inspector, &answered).expect(200);
    });
}

#[test]
fn nobody_decides_their_own_case() {
    on_each_database(|world| {
        let case = case(world);
        let market = &case.trade.market;
        let complaint = case.filed();
        let answered = case.answer(&market.seller, &complaint).expect(200);
        // An inspector who belongs to the union as well.
        let inspector = case.network.member(&["inspector"]);
        let until = Utc::now().date_naive() + chrono::Days::new(100);
        let invite = json!({
            "email": inspector.email(), "roles": ["member"], "mandate_expires_on": until,
        });
        market
            .union
            .admin
            .post("/api/v1/invitations", invite)
            .expect(201);
        let token = world.invitation_token(inspector.email());
        world
            .client()
            .post(
                "/api/v1/invitations/accept",
                json!({"token": token, "name": null, "password": PASSWORD}),
            )
            .expect(200);
        case.decide(&inspector, &answered)
            .refused(403, "conflict_of_interest");
        // Nor a network about itself.
        let secretary = market.cooperative.secretary();
        let asked = secretary
            .post("/api/v1/dossiers", dossier(&market.network, None))
            .expect(201);
        let admin = &market.cooperative.admin;
        file(admin, "dossier", &asked.id(), &case.network.id).refused(409, "wrong_state");
        let signed = admin.get("/api/v1/dossiers?status=signed").expect(200);
        let signed = signed.body["items"][0]["id"].as_str().unwrap();
        file(admin, "dossier", signed, &market.network.id).refused(403, "conflict_of_interest");
        file(admin, "dossier", signed, &case.network.id).expect(201);
    });
}

#[test]
fn only_who_is_concerned_complains_and_can_take_it_back() {
    on_each_database(|world| {
        let case = case(world);
        let market = &case.trade.market;
        let stranger = world.union("Otro sindicato", "AR");
        let network = &case.network.id;
        file(&stranger.admin, "purchase_order", &case.issued, network).refused(404, "not_found");
        file(&market.buyer, "dossier", &case.issued, network).refused(404, "not_found");
        file(&market.buyer, "round", &case.issued, network).refused(404, "not_found");
        let odd = file(&market.buyer, "weather", &case.issued, network);
        assert_eq!(odd.refused(400, "invalid_input").pointers(), ["/object"]);
        let none = file(&market.buyer, "purchase_order", &case.issued, &stranger.id);
        assert_eq!(none.refused(404, "not_found").pointers(), ["/network_id"]);
        let bare = market.union.member(&["accountant"]);
        file(&bare, "purchase_order", &case.issued, network).refused(403, "forbidden");

        // A co-operative complains about its buyer.
        let filed = file(&market.seller, "purchase_order", &case.issued, network).expect(201);
        assert_eq!(filed.body["respondent"]["id"], market.union.id);
        market
            .buyer
            .act(&at(&filed, "withdraw"), &filed.etag)
            .refused(403, "forbidden");
        let withdrawn = market
            .seller
            .act(&at(&filed, "withdraw"), &filed.etag)
            .expect(200);
        assert_eq!(withdrawn.body["status"], "withdrawn");
        case.answer(&market.buyer, &withdrawn)
            .refused(409, "wrong_state");
        file(&market.seller, "purchase_order", &case.issued, network).expect(201);
    });
}
