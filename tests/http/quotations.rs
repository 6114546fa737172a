//! Requests for quotation: W3, step 5. Each co-operative sees its own invitation only, the buyer compares without
//! a ranking by price, and an accepted quote becomes an order exactly once.
use crate::support::catalogue::{ListingSpec, quote as market_quote, quotes_path, workplace};
use crate::support::governance::today;
use crate::support::orders::Trade;
use crate::support::{Client, Response, World, on_each_database};
use chrono::{Days, TimeDelta, Utc};
use serde_json::{Value, json};
use store::Code;

/// A union that asks two co-operatives for tiles.
struct Asking<'w> {
    trade: Trade<'w>,
    peer: Client,
    peer_id: String,
    peer_listing: String,
    request: Response,
}

fn ask(world: &World) -> Asking<'_> {
    let trade = world.trade();
    let (org, peer) = trade.another_cooperative("Arcilla Libre", "600000.00");
    let peer_listing = world.open_listing(&peer, &ListingSpec::of(&trade.market.product));
    let ours = trade.market.cooperative.id.clone();
    let request = send(&trade, &[&ours, &org.id]).expect(201);
    Asking {
        peer_id: org.id.clone(),
        trade,
        peer,
        peer_listing,
        request,
    }
}

fn lines(trade: &Trade<'_>) -> Value {
    json!([{"product_id": trade.market.product, "specification": "Glazed, white", "quantity": "1000",
        "region": "AR-B", "due_on": today() + Days::new(80)}])
}

fn body(trade: &Trade<'_>, cooperatives: &[&String]) -> Value {
    json!({
        "title": "Tiles for the clinics", "currency": "ARS", "lines": lines(trade),
        "cooperatives": cooperatives, "note": "Three halls.", "answer_by": Utc::now() + TimeDelta::days(10),
    })
}

fn send(trade: &Trade<'_>, cooperatives: &[&String]) -> Response {
    let buyer = &trade.market.buyer;
    buyer.post("/api/v1/requests-for-quotation", body(trade, cooperatives))
}

/// The only quotation that a co-operative sees.
fn invitation(by: &Client) -> Response {
    let page = by.get("/api/v1/quotations").expect(200);
    let items = page.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{:#}", page.body);
    let id = items[0]["id"].as_str().unwrap();
    by.get(&format!("/api/v1/quotations/{id}")).expect(200)
}

fn offer(listing: &str, price: Value) -> Value {
    json!({
        "lines": [{"line": 1, "listing_id": listing, "quantity": "1000", "offered_unit_price": price}],
        "valid_until": today() + Days::new(20), "advance_rate": "0.4", "payment_days": 15,
        "note": "Ready in three weeks.",
    })
}

fn quote(by: &Client, talk: &Response, body: Value) -> Response {
    let path = format!("/api/v1/quotations/{}/quote", talk.id());
    by.post_if(&path, &talk.etag, body)
}

fn end(by: &Client, talk: &Response, act: &str) -> Response {
    let path = format!("/api/v1/quotations/{}/{act}", talk.id());
    by.post_if(&path, &talk.etag, json!({"note": "Thank you."}))
}

fn accept(by: &Client, talk: &Response) -> Response {
    by.act(
        &format!("/api/v1/quotations/{}/accept", talk.id()),
        &talk.etag,
    )
}

impl Asking<'_> {
    fn buyer(&self) -> &Client {
        &self.trade.market.buyer
    }

    fn path(&self, part: &str) -> String {
        format!("/api/v1/requests-for-quotation/{}{part}", self.request.id())
    }

    fn status(&self) -> String {
        let request = self.buyer().get(&self.path("")).expect(200);
        request.body["status"].as_str().unwrap().to_owned()
    }

    /// The talk as the buyer sees it now.
    fn seen(&self, talk: &Response) -> Response {
        let path = format!("/api/v1/quotations/{}", talk.id());
        self.buyer().get(&path).expect(200)
    }

    /// Both have quoted: ours by the rules, the other dearer.
    fn both_quoted(&self) -> (Response, Response) {
        let seller = &self.trade.market.seller;
        let ours = quote(
            seller,
            &invitation(seller),
            offer(&self.trade.listing, Value::Null),
        );
        let theirs = quote(
            &self.peer,
            &invitation(&self.peer),
            offer(&self.peer_listing, json!("15500")),
        );
        (ours.expect(200), theirs.expect(200))
    }
}

#[test]
fn each_sees_its_own_invitation_and_the_buyer_all_of_them_side_by_side() {
    on_each_database(|world| {
        let asking = ask(world);
        let (buyer, seller) = (asking.buyer(), &asking.trade.market.seller);
        world.work();
        let told = |by: &Client| {
            let mails = world.mails();
            let asked = mails
                .iter()
                .filter(|mail| mail.to == by.email() && mail.subject.contains("quotation"));
            asked.count()
        };
        assert_eq!((told(seller), told(&asking.peer)), (1, 1));
        let (ours, theirs) = asking.both_quoted();
        // Nobody sees who else was asked, or what they quoted.
        seller.get(&asking.path("")).refused(404, "not_found");
        seller
            .get(&asking.path("/comparison"))
            .refused(404, "not_found");
        let other = format!("/api/v1/quotations/{}", theirs.id());
        seller.get(&other).refused(404, "not_found");
        let of_other = format!("{other}/explanation");
        seller.get(&of_other).refused(404, "not_found");
        let text = invitation(seller).body.to_string();
        assert!(!text.contains("Arcilla Libre") && !text.contains(&asking.peer_id));
        assert!(!text.contains("15500"));
        let other_union = world.union("Another union", "AR").member(&["buyer"]);
        other_union.get(&other).refused(404, "not_found");

        let compared = buyer.get(&asking.path("/comparison")).expect(200);
        assert_eq!(compared.body["ordered_by"], "eligible_then_name");
        let rows = compared.body["quotations"].as_array().unwrap();
        // By name, though the second is cheaper.
        let names: Vec<&str> = rows
            .iter()
            .map(|row| row["cooperative"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["Arcilla Libre", "Cerámica Sin Patrón"]);
        let price = |row: &Value| row["lines"][0]["unit_price"].as_str().unwrap().to_owned();
        assert_eq!(
            (price(&rows[0]), price(&rows[1])),
            ("15945.5".into(), "15295.5".into())
        );
        let row = &rows[1];
        assert_eq!(
            (&row["eligible"], &row["obstacles"]),
            (&json!(true), &json!([]))
        );
        assert_eq!(row["quotation_id"], ours.id());
        assert_eq!(
            (&row["advance_rate"], &row["payment_days"]),
            (&json!("0.4"), &json!(15))
        );
        // 15,295,500 of goods, 350 a unit of freight, 21 %: 18,931,055, of which 40 % in advance.
        assert_eq!(row["totals"]["freight"], "350000.00");
        assert_eq!(row["totals"]["total"], "18931055.00");
        assert_eq!(row["advance"], "7572422.00");
        let line = &row["lines"][0];
        assert_eq!(line["earliest_on"], json!(today() + Days::new(10)));
        assert_eq!(line["free_capacity"], "10000");
        let gap = &line["wage_gap"];
        let figure = |field: &str| {
            gap[field]
                .as_str()
                .unwrap()
                .parse::<rust_decimal::Decimal>()
                .unwrap()
        };
        assert!(figure("per_unit") > rust_decimal::Decimal::ZERO);
        assert_eq!(figure("paid_by_price"), figure("per_unit"));
        assert!(figure("paid_by_market") <= figure("per_unit"));
        assert_eq!(figure("living_wage_monthly"), "900000".parse().unwrap());
        // What is the co-operative's own stays so, unless its assembly opened it.
        assert_eq!(row["monthly_pay"], Value::Null);
        assert_eq!(line["price_answer"]["trace"]["hourly_cost"], Value::Null);
        assert!(line["price_answer"]["premium_by_purpose"]["wages"].is_string());
        let mut open = workplace(&asking.trade.market.benchmark);
        open["open_to_buyers"] = json!(true);
        seller.put("/api/v1/workplace", "\"1\"", open).expect(200);
        let compared = buyer.get(&asking.path("/comparison")).expect(200);
        assert_eq!(compared.body["quotations"][1]["monthly_pay"], "700000.00");
    });
}

#[test]
fn what_cannot_serve_the_request_stands_last_and_says_why() {
    on_each_database(|world| {
        let asking = ask(world);
        let part = {
            let mut part = offer(&asking.peer_listing, Value::Null);
            part["lines"][0]["quantity"] = json!("400");
            part
        };
        quote(&asking.peer, &invitation(&asking.peer), part).expect(200);
        let compared = asking.buyer().get(&asking.path("/comparison")).expect(200);
        let rows = compared.body["quotations"].as_array().unwrap();
        assert_eq!(rows[0]["obstacles"], json!(["not_all_lines"]));
        assert_eq!(rows[1]["obstacles"], json!(["not_quoted"]));
        assert_eq!(
            (&rows[1]["totals"], &rows[1]["lines"]),
            (&Value::Null, &json!([]))
        );
        let seller = &asking.trade.market.seller;
        quote(
            seller,
            &invitation(seller),
            offer(&asking.trade.listing, Value::Null),
        )
        .expect(200);
        let compared = asking.buyer().get(&asking.path("/comparison")).expect(200);
        let rows = compared.body["quotations"].as_array().unwrap();
        assert_eq!(rows[0]["cooperative"], "Cerámica Sin Patrón");
        assert_eq!(rows[0]["eligible"], true);
    });
}

#[test]
fn no_quote_and_no_counter_offer_goes_under_the_floor_or_the_market() {
    on_each_database(|world| {
        let asking = ask(world);
        let (buyer, seller) = (asking.buyer(), &asking.trade.market.seller);
        let talk = invitation(seller);
        let listing = &asking.trade.listing;
        let low = quote(seller, &talk, offer(listing, json!("9"))).refused(422, "below_floor");
        assert_eq!(low.pointers(), ["/lines/0/offered_unit_price"]);
        assert!(low.body["detail"].as_str().unwrap().contains("cost floor"));
        quote(seller, &talk, offer(listing, json!("14849"))).refused(422, "not_above_market");
        let quoted = quote(seller, &talk, offer(listing, json!("15500"))).expect(200);
        assert_eq!(quoted.body["lines"][0]["unit_price"], "15945.5");
        let explained = buyer
            .get(&format!("/api/v1/quotations/{}/explanation", talk.id()))
            .expect(200);
        let line = &explained.body["lines"][0];
        assert_eq!(line["price_answer"]["basis"], "agreed");
        assert_eq!(line["price_request"]["agreed_unit_price"], "15500");
        assert_eq!(line["price_request"]["workplace"], Value::Null);

        let counter = |price: &str, etag: &str| {
            let path = format!("/api/v1/quotations/{}/counter", talk.id());
            let body = json!({"lines": [{"line": 1, "offered_unit_price": price}],
                "advance_rate": "0.2", "note": "Less in advance?"});
            buyer.post_if(&path, etag, body)
        };
        counter("9", &quoted.etag).refused(422, "below_floor");
        counter("14849.9", &quoted.etag).refused(422, "not_above_market");
        let countered = counter("15000", &quoted.etag).expect(200);
        assert_eq!(countered.body["status"], "countered");
        // A counter-offer is not a quote: there is nothing to accept until the co-operative quotes anew.
        accept(buyer, &countered).refused(409, "wrong_state");
        let again = quote(seller, &countered, offer(listing, json!("15000"))).expect(200);
        assert_eq!(again.body["lines"][0]["unit_price"], "15445.5");
        let acts: Vec<&str> = again.body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["act"].as_str().unwrap())
            .collect();
        assert_eq!(acts, ["quote", "counter", "quote"]);
        let terms = &again.body["messages"][1]["terms"];
        assert_eq!(terms["lines"][0]["offered_unit_price"], "15000");
    });
}

#[test]
fn an_accepted_quote_is_one_order_at_its_price_by_approvals_and_confirmation_as_any_other() {
    on_each_database(|world| {
        let asking = ask(world);
        let (buyer, seller) = (asking.buyer(), &asking.trade.market.seller);
        let (ours, theirs) = asking.both_quoted();
        // The market moves after the quote: the quote stands.
        let product = &asking.trade.market.product;
        for (at, price) in ["18600", "18850", "19900"].into_iter().enumerate() {
            let path = quotes_path(product);
            let body = market_quote(&format!("shop {at}"), price, "ARS", 0);
            asking
                .trade
                .market
                .network
                .admin
                .post(&path, body)
                .expect(201);
        }
        seller
            .act(
                &format!("/api/v1/quotations/{}/accept", ours.id()),
                &ours.etag,
            )
            .refused(403, "forbidden");
        buyer
            .without_key()
            .act(
                &format!("/api/v1/quotations/{}/accept", ours.id()),
                &ours.etag,
            )
            .refused(400, Code::IdempotencyKeyRequired.as_str());
        let order = accept(buyer, &ours).expect(201);
        assert_eq!(order.body["status"], "draft");
        assert_eq!(order.body["quotation_id"], ours.id());
        assert_eq!(
            (&order.body["proposal_id"], &order.body["agreement_id"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(order.body["lines"][0]["unit_price"], "15295.5");
        assert_eq!(order.body["advance"], "7572422.00");
        assert_eq!(asking.trade.reserved(&asking.trade.listing), 1000);
        assert_eq!(asking.status(), "ordered");
        assert_eq!(asking.seen(&theirs).body["status"], "declined");
        accept(buyer, &asking.seen(&ours)).refused(409, "wrong_state");
        accept(buyer, &asking.seen(&theirs)).refused(409, "wrong_state");

        let submitted = buyer.order_act(&order, "submit").expect(200);
        assert_eq!(submitted.body["lines"][0]["unit_price"], "15295.5");
        let approved = asking.trade.approved(&submitted);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["totals"]["total"], "18931055.00");
        let issued = seller.purchase_order("issued");
        assert_eq!(issued.body["advance"], "7572422.00");
        seller.accept(&issued).expect(200);
        let path = format!("/api/v1/orders/{}/explanation", order.id());
        let explained = buyer.get(&path).expect(200);
        let answer = &explained.body["lines"][0]["price_answer"];
        assert_eq!(answer["market_reference"], "14850.0000000000");
        world.work();
        let ended = world
            .mails()
            .into_iter()
            .filter(|mail| mail.to == asking.peer.email() && mail.subject.contains("ended"));
        assert_eq!(ended.count(), 1);
    });
}

#[test]
fn of_several_that_accept_at_once_one_makes_the_order() {
    on_each_database(|world| {
        let asking = ask(world);
        let (ours, theirs) = asking.both_quoted();
        let other = asking.trade.market.union.member(&["buyer"]);
        let answers: Vec<Response> = std::thread::scope(|scope| {
            let talks = [&ours, &ours, &theirs, &theirs];
            let buyers = [asking.buyer(), &other, asking.buyer(), &other];
            let askers: Vec<_> = talks
                .into_iter()
                .zip(buyers)
                .map(|(talk, buyer)| scope.spawn(move || accept(buyer, talk)))
                .collect();
            askers
                .into_iter()
                .map(|asker| asker.join().unwrap())
                .collect()
        });
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            assert!([409, 412].contains(&answer.status), "{:#}", answer.body);
        }
        let orders = asking.buyer().get("/api/v1/orders").expect(200);
        assert_eq!(orders.body["items"].as_array().unwrap().len(), 1);
        let reserved =
            [&asking.trade.listing, &asking.peer_listing].map(|id| asking.trade.reserved(id));
        assert_eq!(reserved.iter().sum::<i64>(), 1000);
    });
}

#[test]
fn a_need_is_quoted_and_counts_as_ordered_once_a_quote_is_accepted() {
    on_each_database(|world| {
        let trade = world.trade();
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        let need = trade.need("1000");
        let mut of_need = body(&trade, &[&trade.market.cooperative.id]);
        of_need["need_id"] = json!(need);
        buyer
            .post("/api/v1/requests-for-quotation", of_need.clone())
            .refused(400, "invalid_input");
        for field in ["lines", "currency"] {
            of_need.as_object_mut().unwrap().remove(field);
        }
        let request = buyer
            .post("/api/v1/requests-for-quotation", of_need.clone())
            .expect(201);
        assert_eq!(request.body["need_id"], need.as_str());
        assert_eq!(request.body["lines"][0]["need_position"], 1);
        let quoted = quote(
            seller,
            &invitation(seller),
            offer(&trade.listing, Value::Null),
        )
        .expect(200);
        let order = accept(buyer, &quoted).expect(201);
        assert_eq!(order.body["need_id"], need.as_str());
        assert_eq!(order.body["lines"][0]["need_position"], 1);
        let seen = buyer.get(&format!("/api/v1/needs/{need}")).expect(200);
        assert_eq!(seen.body["status"], "ordered");
        buyer
            .post("/api/v1/requests-for-quotation", of_need)
            .refused(409, "wrong_state");
    });
}

#[test]
fn talks_lapse_end_and_are_taken_back() {
    on_each_database(|world| {
        let asking = ask(world);
        let (buyer, seller) = (asking.buyer(), &asking.trade.market.seller);
        let talk = invitation(seller);
        let note = json!({"note": "Is the glaze white?"});
        let messages = format!("/api/v1/quotations/{}/messages", talk.id());
        seller.post(&messages, note.clone()).expect(200);
        asking
            .peer
            .post(&messages, note.clone())
            .refused(404, "not_found");
        // What was read before the message is not the present version.
        quote(seller, &talk, offer(&asking.trade.listing, Value::Null)).refused(412, "stale");
        end(seller, &invitation(seller), "withdraw").refused(409, "wrong_state");
        let quoted = quote(
            seller,
            &invitation(seller),
            offer(&asking.trade.listing, Value::Null),
        )
        .expect(200);
        let back = end(seller, &quoted, "withdraw").expect(200);
        assert_eq!(back.body["status"], "withdrawn");
        accept(buyer, &asking.seen(&quoted)).refused(409, "wrong_state");
        seller.post(&messages, note).refused(409, "wrong_state");
        assert_eq!(asking.status(), "open");
        let declined = end(&asking.peer, &invitation(&asking.peer), "decline").expect(200);
        assert_eq!(declined.body["status"], "declined");
        assert_eq!(asking.status(), "expired");

        // The time to answer, then the validity.
        let ours = asking.trade.market.cooperative.id.clone();
        let second = send(&asking.trade, &[&ours, &asking.peer_id]).expect(201);
        let path = format!("/api/v1/quotations?request_id={}", second.id());
        let find = |by: &Client| {
            let page = by.get(&path).expect(200);
            let id = page.body["items"][0]["id"].as_str().unwrap().to_owned();
            by.get(&format!("/api/v1/quotations/{id}")).expect(200)
        };
        quote(
            seller,
            &find(seller),
            offer(&asking.trade.listing, Value::Null),
        )
        .expect(200);
        world.work_at(Utc::now() + TimeDelta::days(11));
        assert_eq!(find(&asking.peer).body["status"], "expired");
        assert_eq!(find(seller).body["status"], "quoted");
        quote(
            &asking.peer,
            &find(&asking.peer),
            offer(&asking.peer_listing, Value::Null),
        )
        .refused(409, "wrong_state");
        world.work_at(Utc::now() + TimeDelta::days(22));
        assert_eq!(find(seller).body["status"], "expired");
        let request = format!("/api/v1/requests-for-quotation/{}", second.id());
        assert_eq!(buyer.get(&request).expect(200).body["status"], "expired");

        let third = send(&asking.trade, &[&ours]).expect(201);
        let withdraw = format!("/api/v1/requests-for-quotation/{}/withdraw", third.id());
        let taken_back = buyer.act(&withdraw, &third.etag).expect(200);
        assert_eq!(taken_back.body["status"], "withdrawn");
        buyer
            .act(&withdraw, &taken_back.etag)
            .refused(409, "wrong_state");
    });
}

#[test]
fn a_request_asks_verified_makers_of_what_is_counted_that_way() {
    on_each_database(|world| {
        let trade = world.trade();
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        let ours = trade.market.cooperative.id.clone();
        let try_with = |change: &dyn Fn(&mut Value)| {
            let mut request = body(&trade, &[&ours]);
            change(&mut request);
            buyer.post("/api/v1/requests-for-quotation", request)
        };
        let union = trade.market.union.id.clone();
        let refused = try_with(&|body| body["cooperatives"] = json!([ours, union]));
        assert_eq!(
            refused.refused(400, "invalid_input").pointers(),
            ["/cooperatives/1"]
        );
        try_with(&|body| body["cooperatives"] = json!([ours, ours])).refused(400, "invalid_input");
        try_with(&|body| body["cooperatives"] = json!([])).refused(400, "invalid_input");
        try_with(&|body| body["lines"] = json!([])).refused(400, "invalid_input");
        try_with(&|body| body["lines"][0]["quantity"] = json!("1.5"))
            .refused(422, "quantity_not_offered");
        try_with(&|body| body["lines"][0]["product_id"] = json!(uuid::Uuid::now_v7()))
            .refused(400, "invalid_input");
        try_with(&|body| body["answer_by"] = json!(Utc::now() - TimeDelta::days(1)))
            .refused(400, "invalid_input");
        try_with(&|body| body["currency"] = json!("ZAR")).refused(400, "invalid_input");
        seller
            .post("/api/v1/requests-for-quotation", body(&trade, &[&ours]))
            .refused(403, "forbidden");
        trade.approvers[0]
            .post("/api/v1/requests-for-quotation", body(&trade, &[&ours]))
            .refused(403, "forbidden");

        send(&trade, &[&ours]).expect(201);
        let talk = invitation(seller);
        let try_quote = |change: &dyn Fn(&mut Value)| {
            let mut body = offer(&trade.listing, Value::Null);
            change(&mut body);
            quote(seller, &talk, body)
        };
        try_quote(&|body| body["lines"][0]["line"] = json!(2)).refused(400, "invalid_input");
        try_quote(&|body| body["lines"][0]["quantity"] = json!("1001"))
            .refused(400, "invalid_input");
        try_quote(&|body| body["lines"][0]["quantity"] = json!("0.5"))
            .refused(422, "quantity_not_offered");
        try_quote(&|body| body["lines"][0]["listing_id"] = json!(uuid::Uuid::now_v7()))
            .refused(400, "invalid_input");
        try_quote(&|body| body["valid_until"] = json!(today() - Days::new(1)))
            .refused(400, "invalid_input");
        try_quote(&|body| body["advance_rate"] = json!("1.000001")).refused(400, "invalid_input");
        quote(buyer, &talk, offer(&trade.listing, Value::Null)).refused(403, "forbidden");
    });
}
