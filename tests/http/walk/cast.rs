//! People of every kind, and one of each thing that operations can be tried on.
use crate::premium;
use crate::support::catalogue::{ListingSpec, Market};
use crate::support::deliveries::{payment, receive, state_account};
use crate::support::governance::{assembly, dossier, today};
use crate::support::pools::{Fund, Pool};
use crate::support::{Client, Org, World};
use chrono::{Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A thing that changing operations can be tried on.
pub struct Thing<'c> {
    /// Whose operations: of several prefixes of a path the longest counts.
    pub prefix: &'static str,
    pub params: Vec<(&'static str, String)>,
    /// Somebody of an organisation that sees it, without a mandate.
    pub reader: &'c Client,
}

/// People of every kind of organisation, with all roles and with none, and one of each thing.
pub struct Cast<'w> {
    pub market: Market<'w>,
    /// With every role that their organisation can give.
    pub full: Vec<Client>,
    /// Members without a mandate: of the union, the co-operative, the network, a community organisation.
    pub bare: [Client; 4],
    pub ids: BTreeMap<&'static str, String>,
}

/// A member whose mandate was recalled.
fn without_mandate(world: &World, org: &Org<'_>) -> Client {
    let member = org.member(&["admin"]);
    let me = member.get("/api/v1/me").expect(200);
    let mandate = format!(
        "/api/v1/mandates/{}/recall",
        me.body["mandate_id"].as_str().unwrap()
    );
    org.admin
        .post_if(&mandate, "\"1\"", json!({"reason": "the term is over"}))
        .expect(200);
    let (email, password) = member.login.clone().unwrap();
    world.client().log_in(&email, &password)
}

pub fn cast(world: &World) -> Cast<'_> {
    let market = world.market();
    let community = world.community("Movimiento de Trabajadores Desocupados", "AR");
    let orgs = [
        &market.union,
        &market.cooperative,
        &market.network,
        &community,
    ];
    let roles: [&[&str]; 4] = [
        &["admin", "buyer", "approver", "accountant"],
        &["admin", "seller", "treasurer", "assembly_secretary"],
        &["admin", "verifier", "fund_steward", "inspector"],
        &["admin", "buyer", "approver"],
    ];
    let mut full: Vec<Client> = orgs
        .iter()
        .zip(roles)
        .map(|(org, roles)| org.member(roles))
        .collect();
    full.push(world.operator());
    Cast {
        bare: orgs.map(|org| without_mandate(world, org)),
        full,
        ids: things(world, &market),
        market,
    }
}

/// One of each thing, by name.
fn things(world: &World, market: &Market<'_>) -> BTreeMap<&'static str, String> {
    let (buyer, seller, network) = (&market.buyer, &market.seller, &market.network);
    let mut ids = BTreeMap::new();
    let listing = world.open_listing(seller, &ListingSpec::of(&market.product));
    ids.insert("product", market.product.clone());
    ids.insert("other network", world.network("Otra Red", "AR").id);

    let applicant = world.applicant("cooperative", "Cooperativa Nueva", "AR");
    ids.insert("applicant", applicant.id);
    let secretary = market.cooperative.secretary();
    let record = secretary.post(
        "/api/v1/assembly-records",
        assembly("verification", "Again."),
    );
    let body = dossier(network, Some(&record.expect(201).id()));
    ids.insert(
        "dossier",
        secretary.post("/api/v1/dossiers", body).expect(201).id(),
    );
    let rules = json!({"parameters": {"version": "a draft"}});
    let rules = market
        .union
        .admin
        .post("/api/v1/rule-sets", rules)
        .expect(201);
    ids.insert("rule set", rules.id());

    let until = today() + Days::new(30);
    let invite =
        json!({"email": "new@union.example", "roles": ["buyer"], "mandate_expires_on": until});
    let invited = market
        .union
        .admin
        .post("/api/v1/invitations", invite)
        .expect(201);
    ids.insert("invitation", invited.id());
    let machine = market.union.machine(world, &["orders:read"], &[]);
    ids.insert("machine", machine.id);
    // Nobody listens there, so that its deliveries wait.
    let webhook = json!({"url": "https://127.0.0.1:1/", "event_types": ["*"], "enabled": true});
    let webhook = market.union.admin.post("/api/v1/webhooks", webhook);
    let webhook = webhook.expect(201).id();
    let ping = format!("/api/v1/webhooks/{webhook}/ping");
    let ping = market.union.admin.raw("POST", &ping, &[], None);
    ids.insert("webhook delivery", ping.expect(202).id());
    ids.insert("webhook", webhook);
    let mandate = buyer.get("/api/v1/me").expect(200).body["mandate_id"].clone();
    ids.insert("mandate", mandate.as_str().unwrap().to_owned());

    let fund = world.fund(network);
    fund.deposit("10.00");
    let movements = fund.stewards[0]
        .get(&format!("{}/movements", fund.path))
        .expect(200);
    let movement = movements.body["items"][0]["id"].as_str().unwrap();
    ids.insert("movement", movement.to_owned());
    ids.insert("fund", fund.id.clone());

    let federation = world.union("Federación Ceramista", "AR");
    let asked = json!({"parent_id": federation.id});
    let asked = market.union.admin.post("/api/v1/affiliations", asked);
    ids.insert("affiliation", asked.expect(201).id());

    let line = json!({
        "name": "Schools", "currency": "ARS", "amount": "1000.00",
        "starts_on": today(), "ends_on": until,
    });
    let line = market.union.admin.post("/api/v1/budget-lines", line);
    ids.insert("budget line", line.expect(201).id());

    let bought = "reference,supplier,supplier_country,description,unit,quantity,spend,currency,starts_on,ends_on\n\
        1,A shop,AR,Tiles,C62,1,1,ARS,2025-01-01,2025-12-31\n";
    buyer
        .post_text("/api/v1/tables/baseline/imports", "text/csv", bought)
        .expect(200);
    let baseline = buyer.get("/api/v1/baseline-purchases").expect(200);
    let bought = baseline.body["items"][0]["id"].as_str().unwrap();
    ids.insert("baseline purchase", bought.to_owned());

    let pool = Pool::open(buyer, &listing, None);
    let part = json!({"quantity": "10", "max_premium_rate": null});
    buyer
        .post(&format!("{}/members", pool.path), part)
        .expect(201);
    ids.insert("pool", pool.path.rsplit('/').next().unwrap().to_owned());

    let (agreement, request, quotation) = agreed(market, &listing);
    ids.insert("agreement", agreement);
    ids.insert("request", request);
    ids.insert("quotation", quotation);

    let (round, entered) = round(market);
    ids.insert("round", round);
    ids.insert("entered need", entered);

    let (need, order, issued) = ordered(market);
    let complaint = json!({
        "object": "purchase_order", "object_id": issued, "grounds": "Without glaze.",
        "network_id": ids["other network"],
    });
    let complaint = buyer.post("/api/v1/complaints", complaint);
    let (offered, record) = upstream(world, market);
    ids.insert("input need", offered);
    ids.insert("upstream record", record);
    ids.insert("complaint", complaint.expect(201).id());
    ids.insert("need", need);
    ids.insert("order", order);
    ids.insert("purchase order", issued);
    ids.insert("listing", listing);
    ids.extend(delivered(market, &fund));
    ids
}

/// An accepted purchase order with a despatch on its way, a claim, an invoice, material, a consultation, and an
/// advance that a fund pays.
fn delivered(market: &Market<'_>, fund: &Fund) -> Vec<(&'static str, String)> {
    let (buyer, seller) = (&market.buyer, &market.seller);
    let (_, _, issued) = ordered(market);
    let path = format!("/api/v1/purchase-orders/{issued}");
    seller.accept(&seller.get(&path).expect(200)).expect(200);
    let schedule = seller.get(&format!("{path}/schedule")).expect(200);
    let send = |quantity: &str| {
        let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
            "lines": [{"line": 1, "quantity": quantity}]});
        seller.post(&format!("{path}/despatches"), body).expect(201)
    };
    receive(buyer, &send("10"), ["9", "1", "0"]).expect(201);
    let claims = buyer.get(&format!("{path}/claims")).expect(200);
    let treasurer = market.cooperative.member(&["treasurer"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let billed = treasurer
        .raw("POST", &format!("{path}/invoices"), &[], None)
        .expect(201);
    let material = json!({"name": "Clay", "unit": "KGM", "unit_value": "1"});
    let material = buyer
        .post(&format!("{path}/materials"), material)
        .expect(201);
    let run = paid_by_run(market, &treasurer, &text(&billed.body["invoices"][0]["id"]));
    let invoice = format!(
        "/api/v1/invoices/{}",
        text(&billed.body["invoices"][0]["id"])
    );
    let paid = treasurer.get(&invoice).expect(200);
    let paid = treasurer
        .post_if(
            &format!("{invoice}/payments"),
            &paid.etag,
            payment("1.00", "TRF-1"),
        )
        .expect(201);
    let received = received(market, &text(&billed.body["invoices"][0]["id"]));
    let given = json!({"code": "74123456789012", "expires_on": today(), "class": "a", "point_of_sale": 3, "number": 17});
    let given = treasurer.post(&format!("{invoice}/authorisation"), given);
    given.expect(201);
    let [plan, spending] = premium::some(&market.cooperative, &treasurer);
    let despatch = send("10");
    let artwork = buyer.post_bytes(
        &format!("{path}/artworks?line=1&title=Print"),
        &[("content-type", "application/pdf")],
        b"%PDF-1.7 a drawing",
    );
    let talk = json!({"reason": "The hall is sold."});
    let talk = buyer
        .post(&format!("{path}/consultations"), talk)
        .expect(201);
    let advance = json!({"purchase_order_id": issued, "payer_id": market.union.id,
        "amount": {"amount": "1.00", "currency": "ARS"}, "used_for": "cooperative"});
    let advance = fund.stewards[0].post(&format!("{}/advances", fund.path), advance);
    vec![
        ("payment run", run),
        ("payment", paid.id()),
        ("premium plan", plan),
        ("premium spending", spending),
        ("bank entry", bank_entry(&treasurer)),
        ("received invoice", received),
        ("despatch", despatch.id()),
        ("claim", text(&claims.body["items"][0]["id"])),
        ("receipt", text(&claims.body["items"][0]["receipt_id"])),
        ("invoice", text(&billed.body["invoices"][0]["id"])),
        ("material", material.id()),
        ("artwork", artwork.expect(201).id()),
        ("consultation", talk.id()),
        ("fund advance", advance.expect(201).id()),
    ]
}

/// A movement that pays nothing known.
fn bank_entry(treasurer: &Client) -> String {
    let columns = "currency=ARS&date=date&amount=amount&decimal=point";
    let path = format!("/api/v1/bank-statements?{columns}");
    let file = format!("date,amount\n{},12.50\n", today());
    let taken = treasurer.post_text(&path, "text/csv", &file).expect(201);
    let entries = format!("/api/v1/bank-entries?statement_id={}", taken.id());
    let entries = treasurer.get(&entries).expect(200);
    entries.body["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The invoice as its payer received it.
fn received(market: &Market<'_>, invoice: &str) -> String {
    let accountant = market.union.member(&["accountant"]);
    let path = format!("/api/v1/invoices/{invoice}");
    let (_, xml) = accountant.download_as(&path, "application/xml");
    let media = [("content-type", "application/xml")];
    let received = accountant.post_bytes("/api/v1/received-invoices", &media, &xml);
    received.expect(201).id()
}

/// A payment run of the invoice, approved.
fn paid_by_run(market: &Market<'_>, treasurer: &Client, invoice: &str) -> String {
    let accountant = market.union.member(&["accountant"]);
    for keeper in [treasurer, &accountant] {
        state_account(keeper, "2850590940090418135201");
    }
    let run = json!({"execution_on": today(), "invoice_ids": [invoice]});
    let run = accountant.post("/api/v1/payment-runs", run).expect(201);
    let approve = format!("/api/v1/payment-runs/{}/approve", run.id());
    let id = run.id();
    let mut seen = run;
    for _ in 0..2 {
        let approver = market.union.member(&["approver"]);
        seen = approver.act(&approve, &seen.etag).expect(200);
    }
    id
}

/// A framework agreement as a draft, a request for quotation, and the talk about it.
fn agreed(market: &Market<'_>, listing: &str) -> (String, String, String) {
    let cooperative = &market.cooperative.id;
    let agreement = json!({
        "title": "Tiles", "cooperative_id": cooperative, "currency": "ARS", "starts_on": today(),
        "ends_on": today() + Days::new(90), "allowance_rate": "0.1", "advance_rate": "0.5",
        "payment_days": 30, "lines": [{"listing_id": listing, "committed_quantity": "100"}],
    });
    let buyer = &market.buyer;
    let agreement = buyer.post("/api/v1/framework-agreements", agreement);
    let request = json!({
        "title": "Tiles", "currency": "ARS", "cooperatives": [cooperative],
        "answer_by": Utc::now() + TimeDelta::days(9),
        "lines": [{"product_id": market.product, "quantity": "100", "region": "AR-B",
            "due_on": today() + Days::new(80)}],
    });
    let request = buyer.post("/api/v1/requests-for-quotation", request);
    let talks = buyer.get("/api/v1/quotations").expect(200);
    let talk = talks.body["items"][0]["id"].as_str().unwrap().to_owned();
    (agreement.expect(201).id(), request.expect(201).id(), talk)
}

/// An open round and a need in it.
fn round(market: &Market<'_>) -> (String, String) {
    let round = json!({
        "title": "First half of 2027", "currency": "ARS", "rule_set_id": market.rule_set,
    });
    let round = market.network.admin.post("/api/v1/rounds", round);
    let round = round.expect(201).id();
    let need = json!({
        "title": "Tiles for the round", "currency": "ARS",
        "lines": [{"product_id": market.product, "quantity": "20", "region": "AR-B",
            "due_on": today() + Days::new(80)}],
    });
    let need = market.buyer.post("/api/v1/needs", need).expect(201);
    let path = format!("/api/v1/needs/{}/publish", need.id());
    market.buyer.act(&path, &need.etag).expect(200);
    let path = format!("/api/v1/rounds/{round}/needs");
    let entry = json!({"need_id": need.id()});
    market.buyer.post(&path, entry).expect(201);
    (round, need.id())
}

/// A need, its order and the purchase order that went out.
fn ordered(market: &Market<'_>) -> (String, String, String) {
    let buyer = &market.buyer;
    let need = json!({
        "title": "Tiles", "currency": "ARS", "max_premium_rate": null,
        "lines": [{"product_id": market.product, "quantity": "50", "region": "AR-B",
            "due_on": today() + Days::new(80)}],
    });
    let need = buyer.post("/api/v1/needs", need).expect(201);
    let path = format!("/api/v1/needs/{}", need.id());
    buyer
        .act(&format!("{path}/publish"), &need.etag)
        .expect(200);
    let proposal = buyer.act(&format!("{path}/proposals"), "").expect(201);
    let order = buyer
        .post("/api/v1/orders", json!({"proposal_id": proposal.id()}))
        .expect(201);
    let path = format!("/api/v1/orders/{}", order.id());
    let mut present = buyer
        .act(&format!("{path}/submit"), &order.etag)
        .expect(200);
    for _ in 0..2 {
        let approver = market.union.member(&["approver"]);
        present = approver
            .act(&format!("{path}/approve"), &present.etag)
            .expect(200);
    }
    let confirmed = buyer
        .act(&format!("{path}/confirm"), &present.etag)
        .expect(200);
    let issued = confirmed.body["purchase_orders"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (need.id(), order.id(), issued)
}

/// A co-operative's need that is its networks' first, and a record of another whose time is over.
fn upstream(world: &World, market: &Market<'_>) -> (String, String) {
    let buyer = market.cooperative.member(&["buyer"]);
    let need = || {
        let body = json!({"title": "Clay", "currency": "ARS", "lines": [{
            "product_id": market.product, "quantity": "5", "region": "AR-B",
            "due_on": today() + Days::new(80)}]});
        let need = buyer.post("/api/v1/needs", body).expect(201);
        let path = format!("/api/v1/needs/{}/publish", need.id());
        buyer.act(&path, &need.etag).expect(200)
    };
    let (offered, over) = (need(), need());
    let id: store::ids::NeedId = over.id().parse::<uuid::Uuid>().unwrap().into();
    let past = store::sql::Time::from(Utc::now() - TimeDelta::minutes(1));
    diesel::update(store::schema::needs::table.find(id))
        .set(store::schema::needs::first_until.eq(Some(past)))
        .execute(&mut world.conn())
        .unwrap();
    let body = json!({"position": 1, "quantity": "2", "outcome": "unmet", "reason": "None."});
    let path = format!("/api/v1/needs/{}/upstream-records", over.id());
    let record = buyer.post_if(&path, &over.etag, body).expect(201);
    (offered.id(), record.id())
}

impl Cast<'_> {
    pub fn things(&self) -> Vec<Thing<'_>> {
        let [union, cooperative, network, _] = &self.bare;
        let id = |name: &str| vec![("id", self.ids[name].clone())];
        let thing = |prefix, params, reader| Thing {
            prefix,
            params,
            reader,
        };
        vec![
            thing("/api/v1/affiliations/{id}", id("affiliation"), union),
            thing(
                "/api/v1/tables/{table}",
                vec![("table", "catalogue".to_owned())],
                union,
            ),
            thing(
                "/api/v1/baseline-purchases/{id}",
                id("baseline purchase"),
                union,
            ),
            thing("/api/v1/artworks/{id}", id("artwork"), union),
            thing(
                "/api/v1/book-periods/{period}",
                vec![("period", "2026-01".to_owned())],
                union,
            ),
            thing("/api/v1/budget-lines/{id}", id("budget line"), union),
            thing("/api/v1/dossiers/{id}", id("dossier"), cooperative),
            thing("/api/v1/dossiers/{id}/findings", id("dossier"), network),
            thing("/api/v1/dossiers/{id}/refuse", id("dossier"), network),
            thing("/api/v1/dossiers/{id}/sign", id("dossier"), network),
            thing("/api/v1/dossiers/{id}/visit", id("dossier"), network),
            thing("/api/v1/framework-agreements/{id}", id("agreement"), union),
            thing("/api/v1/funds/{id}", id("fund"), network),
            thing(
                "/api/v1/funds/{id}/movements/{movement_id}",
                vec![
                    ("id", self.ids["fund"].clone()),
                    ("movement_id", self.ids["movement"].clone()),
                ],
                network,
            ),
            thing("/api/v1/invitations/{id}", id("invitation"), union),
            thing("/api/v1/clients/{id}", id("machine"), union),
            thing("/api/v1/webhooks/{id}", id("webhook"), union),
            thing(
                "/api/v1/webhooks/{id}/deliveries/{delivery_id}",
                vec![
                    ("id", self.ids["webhook"].clone()),
                    ("delivery_id", self.ids["webhook delivery"].clone()),
                ],
                union,
            ),
            thing("/api/v1/claims/{id}", id("claim"), cooperative),
            thing("/api/v1/complaints/{id}", id("complaint"), union),
            thing("/api/v1/consultations/{id}", id("consultation"), union),
            thing(
                "/api/v1/consultations/{id}/answer",
                id("consultation"),
                cooperative,
            ),
            thing("/api/v1/despatches/{id}", id("despatch"), union),
            thing("/api/v1/invoices/{id}", id("invoice"), cooperative),
            thing("/api/v1/bank-entries/{id}", id("bank entry"), cooperative),
            thing("/api/v1/payments/{id}", id("payment"), cooperative),
            thing("/api/v1/payment-runs/{id}", id("payment run"), union),
            thing(
                "/api/v1/premium-plans/{id}",
                id("premium plan"),
                cooperative,
            ),
            thing(
                "/api/v1/premium-spendings/{id}",
                id("premium spending"),
                cooperative,
            ),
            thing(
                "/api/v1/received-invoices/{id}",
                id("received invoice"),
                union,
            ),
            thing("/api/v1/materials/{id}", id("material"), union),
            thing("/api/v1/receipts/{id}", id("receipt"), union),
            thing(
                "/api/v1/funds/{id}/advances/{advance_id}",
                vec![
                    ("id", self.ids["fund"].clone()),
                    ("advance_id", self.ids["fund advance"].clone()),
                ],
                network,
            ),
            thing("/api/v1/listings/{id}", id("listing"), cooperative),
            thing("/api/v1/mandates/{id}", id("mandate"), union),
            thing("/api/v1/needs/{id}", id("need"), union),
            thing("/api/v1/orders/{id}", id("order"), union),
            thing(
                "/api/v1/organisations/{id}",
                vec![("id", self.market.union.id.clone())],
                union,
            ),
            thing("/api/v1/organisations/{id}/admit", id("applicant"), network),
            thing(
                "/api/v1/organisations/{id}/refuse",
                id("applicant"),
                network,
            ),
            thing(
                "/api/v1/organisations/{id}/join-network",
                id("applicant"),
                network,
            ),
            thing("/api/v1/pools/{id}", id("pool"), union),
            thing(
                "/api/v1/pools/{id}/members/{organisation_id}",
                vec![
                    ("id", self.ids["pool"].clone()),
                    ("organisation_id", self.market.union.id.clone()),
                ],
                union,
            ),
            thing("/api/v1/products/{id}", id("product"), network),
            thing(
                "/api/v1/purchase-orders/{id}",
                id("purchase order"),
                cooperative,
            ),
            thing("/api/v1/quotations/{id}", id("quotation"), union),
            thing(
                "/api/v1/recognitions/{network_id}",
                vec![("network_id", self.ids["other network"].clone())],
                network,
            ),
            thing("/api/v1/requests-for-quotation/{id}", id("request"), union),
            thing("/api/v1/rounds/{id}", id("round"), network),
            thing("/api/v1/rounds/{id}/needs", id("round"), union),
            thing(
                "/api/v1/rounds/{id}/needs/{need_id}",
                vec![
                    ("id", self.ids["round"].clone()),
                    ("need_id", self.ids["entered need"].clone()),
                ],
                union,
            ),
            thing("/api/v1/rule-sets/{id}", id("rule set"), union),
            thing("/api/v1/upstream-needs/{id}", id("input need"), network),
            thing(
                "/api/v1/upstream-records/{id}",
                id("upstream record"),
                network,
            ),
        ]
    }
}
