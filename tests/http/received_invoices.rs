//! Stories of invoices that a buyer received: what matches, what differs and by how much, what is not read at all.
use crate::support::deliveries::Delivery;
use crate::support::{Client, Response, World, on_each_database};
use accounting::ubl::{BillingDocument, Draft, Price, read};
use money::{Micro, Money};
use serde_json::{Value, json};

const RECEIVED: &str = "/api/v1/received-invoices";

/// The UBL of a document that was issued here.
fn xml_of(by: &Client, id: &str) -> Vec<u8> {
    let path = format!("/api/v1/invoices/{id}");
    by.download_as(&path, "application/xml").1
}

fn hand_in(by: &Client, xml: &[u8]) -> Response {
    by.post_bytes(RECEIVED, &[("content-type", "application/xml")], xml)
}

fn path(received: &Response) -> String {
    format!("{RECEIVED}/{}", received.id())
}

/// The document as its seller's own program would have written it, under a number of its own.
fn rewritten(xml: &[u8], number: &str, change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = read(xml).unwrap().draft;
    draft.number = number.to_owned();
    draft.prepaid = Money::zero(draft.currency);
    (draft.due, draft.terms) = (Vec::new(), Some("30 days".to_owned()));
    change(&mut draft);
    BillingDocument::new(draft).unwrap().to_xml().unwrap()
}

/// What differs: code, line and whether it is within.
fn differences(check: &Value) -> Vec<(String, Value, bool)> {
    let found = check["differences"].as_array().unwrap();
    found
        .iter()
        .map(|one| {
            let code = one["code"].as_str().unwrap().to_owned();
            (code, one["line"].clone(), one["within"] == true)
        })
        .collect()
}

fn found(code: &str, line: &str, within: bool) -> (String, Value, bool) {
    (code.to_owned(), json!(line), within)
}

/// The union shows premiums in the price, so that a line is a quantity at a price.
fn billed<'d>(delivery: &'d Delivery<'_, '_>, quantity: &str) -> (&'d Client, Response) {
    let accountant = in_the_price(delivery);
    delivery.deliver(quantity);
    (accountant, delivery.bill())
}

/// The accountant, who wants premiums in the price.
fn in_the_price<'d>(delivery: &'d Delivery<'_, '_>) -> &'d Client {
    let accountant = &delivery.accountant;
    let details = "/api/v1/billing-details";
    let mut own = accountant.get(details).expect(200);
    own.body["premium_shown"] = json!("price");
    accountant.put(details, &own.etag, own.body).expect(200);
    accountant
}

fn price_more(draft: &mut Draft, by: &str) {
    let line = draft.lines.first_mut().unwrap();
    let more: Micro = by.parse().unwrap();
    line.price = Price::of_one(line.price.amount.checked_add(more).unwrap());
}

#[test]
fn our_own_invoice_comes_back_matches_and_posts_nothing() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let accountant = &delivery.accountant;
        let xml = xml_of(accountant, &invoice.id());
        let check = format!("/api/v1/invoices/{}/three-way-check", invoice.id());
        for side in [accountant, &delivery.treasurer] {
            let checked = side.get(&check).expect(200);
            assert_eq!(checked.body, json!({"matches": true, "differences": []}));
        }
        let posted = |by: &Client| by.get("/api/v1/journal-entries").expect(200).body;
        let before = posted(accountant);

        let received = hand_in(accountant, &xml).expect(201);
        assert_eq!(received.headers["location"], path(&received));
        assert_eq!(received.body["status"], "received");
        assert_eq!(received.body["check"]["matches"], true);
        assert_eq!(received.body["check"]["differences"], json!([]));
        assert_eq!(received.body["invoice_id"], invoice.body["id"]);
        assert_eq!(received.body["number"], invoice.body["reference"]);
        assert_eq!(received.body["payable"], invoice.body["payable"]);
        assert_eq!(received.body["purchase_order_id"], json!(delivery.id()));

        // The same file is the same record, whoever of the union hands it in.
        let machine = delivery.trade.market.union.machine(
            world,
            &["accounting:write", "accounting:read"],
            &["accountant"],
        );
        let again = hand_in(&machine.client, &xml).expect(200);
        assert_eq!(again.id(), received.id());
        let (headers, kept) = accountant.download_as(&path(&received), "application/xml");
        assert_eq!(headers["content-type"], "application/xml");
        assert_eq!(kept, xml);

        // A machine hands in; a person decides, once.
        let accept = format!("{}/accept", path(&received));
        machine
            .client
            .act(&accept, &received.etag)
            .refused(403, "people_only");
        accountant.act(&accept, "\"7\"").refused(412, "stale");
        let accepted = accountant.act(&accept, &received.etag).expect(200);
        assert_eq!(accepted.body["status"], "accepted");
        accountant
            .act(&accept, &accepted.etag)
            .refused(409, "wrong_state");
        assert_eq!(posted(accountant), before, "it is in the books already");
        let of_order = format!("{RECEIVED}?purchase_order_id={}", delivery.id());
        let listed = accountant.get(&of_order).expect(200);
        assert_eq!(listed.body["items"][0]["id"], received.body["id"]);
    });
}

#[test]
fn only_the_payer_sees_what_it_received() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let xml = xml_of(&delivery.accountant, &invoice.id());
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        // Its order is not there for others, as an order that does not exist is not.
        let refused = hand_in(&stranger, &xml).refused(404, "not_found");
        assert_eq!(refused.pointers(), ["/Invoice/OrderReference/ID"]);
        hand_in(&delivery.treasurer, &xml).refused(404, "not_found");
        hand_in(delivery.buyer(), &xml).refused(403, "forbidden");
        let received = hand_in(&delivery.accountant, &xml).expect(201);
        for other in [&stranger, &delivery.treasurer] {
            other.get(&path(&received)).refused(404, "not_found");
            assert_eq!(other.status_as(&path(&received), "application/xml"), 404);
            let refuse = format!("{}/refuse", path(&received));
            let body = json!({"reason": "Not ours."});
            other
                .post_if(&refuse, &received.etag, body)
                .refused(404, "not_found");
            assert_eq!(other.get(RECEIVED).expect(200).body["items"], json!([]));
        }
        delivery.buyer().get(RECEIVED).refused(403, "forbidden");
        let check = format!("/api/v1/invoices/{}/three-way-check", invoice.id());
        stranger.get(&check).refused(404, "not_found");
    });
}

#[test]
fn a_cent_more_differs_until_the_tolerances_allow_it() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let (accountant, invoice) = billed(&delivery, "100");
        let xml = xml_of(accountant, &invoice.id());
        let a_cent = rewritten(&xml, "A-1", |draft| price_more(draft, "0.0001"));
        let received = hand_in(accountant, &a_cent).expect(201);
        let check = &received.body["check"];
        assert_eq!(check["matches"], false);
        assert_eq!(differences(check), [found("unit_price", "1", false)]);
        assert_eq!(check["differences"][0]["effect"], "0.01");
        assert_eq!(received.body["invoice_id"], Value::Null);
        let accept = format!("{}/accept", path(&received));
        let refused = accountant.act(&accept, &received.etag);
        let refused = refused.refused(409, "invoice_differs");
        assert_eq!(refused.pointers(), ["/lines/1"]);

        let tolerances = "/api/v1/invoice-tolerances";
        let none = accountant.get(tolerances).expect(200);
        assert_eq!(none.body["amount"], Value::Null);
        let wanted = json!({"quantity": "0", "price": "0.001",
            "amount": {"amount": "0.01", "currency": "ARS"}});
        delivery
            .buyer()
            .put(tolerances, &none.etag, wanted.clone())
            .refused(403, "forbidden");
        let set = accountant.put(tolerances, &none.etag, wanted).expect(200);
        let now = accountant.get(&path(&received)).expect(200);
        assert_eq!(
            differences(&now.body["check"]),
            [found("unit_price", "1", true)]
        );
        let accepted = accountant.act(&accept, &now.etag).expect(200);
        assert_eq!(accepted.body["status"], "accepted");

        // What was found is kept with the decision, whatever is set later.
        let strict = json!({"quantity": "0", "price": "0", "amount": null});
        accountant.put(tolerances, &set.etag, strict).expect(200);
        let kept = accountant.get(&path(&received)).expect(200);
        assert_eq!(kept.body["check"], now.body["check"]);
    });
}

#[test]
fn more_than_was_received_waits_for_the_receipt() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let (accountant, invoice) = billed(&delivery, "60");
        let xml = xml_of(accountant, &invoice.id());
        // The co-operative's own program bills the whole order.
        let order = delivery.buyer().get(&delivery.path).expect(200);
        let freight = order.body["totals"]["freight"].as_str().unwrap();
        let freight: Micro = freight.parse().unwrap();
        let unit_price = order.body["lines"][0]["unit_price"].as_str().unwrap();
        let unit_price: Micro = unit_price.parse().unwrap();
        let all = rewritten(&xml, "A-1", |draft| {
            let [goods, carriage] = draft.lines.as_mut_slice() else {
                panic!("goods and their freight");
            };
            (goods.quantity, goods.price) = ("100".parse().unwrap(), Price::of_one(unit_price));
            carriage.price = Price::of_one(freight);
        });
        let received = hand_in(accountant, &all).expect(201);
        let check = &received.body["check"];
        assert_eq!(
            differences(check),
            [found("billed_beyond_accepted", "1", false)]
        );
        assert_eq!(check["differences"][0]["expected"], "60");
        assert_eq!(check["differences"][0]["found"], "100");
        delivery.deliver("40");
        let now = accountant.get(&path(&received)).expect(200);
        assert_eq!(now.body["check"]["matches"], true, "{:#}", now.body);
        let accept = format!("{}/accept", path(&received));
        // The version is the same, and what is accepted is compared anew.
        accountant.act(&accept, &received.etag).expect(200);

        // What is billed twice was never accepted twice.
        let twice = rewritten(&all, "A-2", |_| {});
        let twice = hand_in(accountant, &twice).expect(201);
        assert_eq!(
            differences(&twice.body["check"]),
            [
                found("billed_beyond_accepted", "1", false),
                found("billed_beyond_ordered", "1", false),
                found("not_ordered", "1-F", false),
            ]
        );
    });
}

#[test]
fn a_number_is_taken_until_its_document_is_refused() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let (accountant, invoice) = billed(&delivery, "100");
        let xml = xml_of(accountant, &invoice.id());
        let dear = rewritten(&xml, "A-1", |draft| price_more(draft, "1"));
        let right = rewritten(&xml, "A-1", |_| {});
        let received = hand_in(accountant, &dear).expect(201);
        hand_in(accountant, &right).refused(409, "duplicate");
        let refuse = format!("{}/refuse", path(&received));
        let blank = json!({"reason": " "});
        accountant
            .post_if(&refuse, &received.etag, blank)
            .refused(400, "invalid_input");
        let reason = json!({"reason": "A unit costs a peso more than ordered."});
        let refused = accountant
            .post_if(&refuse, &received.etag, reason.clone())
            .expect(200);
        assert_eq!(refused.body["status"], "refused");
        assert_eq!(refused.body["reason"], reason["reason"]);
        // What was refused bills nothing.
        let second = hand_in(accountant, &right).expect(201);
        assert_eq!(second.body["check"]["matches"], true, "{:#}", second.body);
        assert_eq!(hand_in(accountant, &dear).expect(200).id(), received.id());
    });
}

#[test]
fn an_advance_that_is_not_netted_and_a_line_that_nobody_ordered_differ() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&advance, "TRF-1").expect(201);
        let (accountant, invoice) = billed(&delivery, "100");
        let xml = xml_of(accountant, &invoice.id());
        let number = invoice.body["reference"].as_str().unwrap();
        let whole = rewritten(&xml, number, |_| {});
        let whole = hand_in(accountant, &whole).expect(201);
        let check = &whole.body["check"];
        assert_eq!(
            differences(check),
            [("payable".to_owned(), Value::Null, false)]
        );
        assert_eq!(check["differences"][0]["effect"], json!(advance));

        let reason = json!({"reason": "The advance is missing."});
        accountant
            .post_if(&format!("{}/refuse", path(&whole)), &whole.etag, reason)
            .expect(200);
        let extra = rewritten(&xml, "A-9", |draft| {
            let mut line = draft.lines[0].clone();
            (line.id, line.order_line) = ("9".to_owned(), Some("9".to_owned()));
            draft.lines.push(line);
        });
        let extra = hand_in(accountant, &extra).expect(201);
        assert_eq!(
            differences(&extra.body["check"]),
            [found("not_ordered", "9", false)]
        );
    });
}

#[test]
fn a_credit_note_takes_back_what_was_billed_and_not_accepted() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let accountant = in_the_price(&delivery);
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let receipt = delivery.receive(&sent, ["100", "0", "0"]).expect(201);
        let invoice = delivery.bill();
        let bill = xml_of(accountant, &invoice.id());
        let billed = hand_in(accountant, &bill).expect(201);
        let claims = format!("/api/v1/receipts/{}/claims", receipt.id());
        let defect = json!({"line": 1, "quantity": "10", "reason": "They crack in frost."});
        let claim = delivery.buyer().post(&claims, defect).expect(201);
        let now = accountant.get(&path(&billed)).expect(200);
        assert_eq!(
            differences(&now.body["check"]),
            [found("billed_beyond_accepted", "1", false)]
        );
        let refuse = format!("/api/v1/claims/{}/refuse-remake", claim.id());
        delivery.seller().act(&refuse, &claim.etag).expect(200);
        let credits = delivery.documents("credit_note");
        let credit = credits[0]["id"].as_str().unwrap();
        let own = format!("/api/v1/invoices/{credit}/three-way-check");
        assert_eq!(accountant.get(&own).expect(200).body["matches"], true);
        let credit = hand_in(accountant, &xml_of(accountant, credit)).expect(201);
        assert_eq!(credit.body["kind"], "credit_note");
        for document in [&billed, &credit] {
            let now = accountant.get(&path(document)).expect(200);
            assert_eq!(now.body["check"]["differences"], json!([]));
            let accept = format!("{}/accept", path(document));
            accountant.act(&accept, &now.etag).expect(200);
        }
    });
}

/// An accountant with an invoice, as text.
fn text_of(delivery: &Delivery<'_, '_>) -> String {
    delivery.deliver("100");
    let invoice = delivery.bill();
    String::from_utf8(xml_of(&delivery.accountant, &invoice.id())).unwrap()
}

#[test]
fn what_breaks_the_rules_is_refused_with_the_rule() {
    on_each_database(|world: &World| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let xml = text_of(&delivery);
        let accountant = &delivery.accountant;
        let payable = read(xml.as_bytes()).unwrap().stated.payable;
        let a_cent = payable
            .checked_add(Money::new(1, payable.currency()))
            .unwrap();
        let [old, new] =
            [payable, a_cent].map(|amount| format!(">{}</cbc:PayableAmount", amount.to_decimal()));
        assert!(xml.contains(&old));
        let broken = hand_in(accountant, xml.replace(&old, &new).as_bytes());
        let broken = broken.refused(422, "document_refused");
        assert!(
            broken.body["errors"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| { one["detail"].as_str().unwrap().contains("[BR-CO-16]") }),
            "{:#}",
            broken.body
        );

        let order = delivery.buyer().get(&delivery.path).expect(200);
        let reference = order.body["reference"].as_str().unwrap();
        let other = xml.replace(reference, "PO-1999-000001");
        let unknown = hand_in(accountant, other.as_bytes()).refused(404, "not_found");
        assert_eq!(unknown.pointers(), ["/Invoice/OrderReference/ID"]);
        let not_theirs = rewritten(xml.as_bytes(), "A-1", |draft| {
            let id = draft.buyer.tax_id.clone();
            draft.seller.tax_id = id;
        });
        let not_theirs = hand_in(accountant, &not_theirs).refused(422, "document_refused");
        assert_eq!(
            not_theirs.pointers(),
            ["/Invoice/AccountingSupplierParty/Party"]
        );
        let not_ours = rewritten(xml.as_bytes(), "A-1", |draft| {
            let id = draft.seller.tax_id.clone();
            draft.buyer.tax_id = id;
        });
        let not_ours = hand_in(accountant, &not_ours).refused(422, "document_refused");
        assert_eq!(
            not_ours.pointers(),
            ["/Invoice/AccountingCustomerParty/Party"]
        );
        assert_eq!(
            accountant.get(RECEIVED).expect(200).body["items"],
            json!([])
        );
    });
}

#[test]
fn what_is_no_invoice_is_not_read() {
    on_each_database(|world: &World| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let xml = text_of(&delivery);
        let accountant = &delivery.accountant;
        let (_, order) = accountant.download_as(&delivery.path, "application/xml");
        let after = xml.find("?>").unwrap() + 2;
        let (head, root) = xml.split_at(after);
        let entity = "<!DOCTYPE Invoice [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
        let bomb =
            "<!DOCTYPE Invoice [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
        let named = xml.replacen("<cbc:Name>", "<cbc:Name>&x;", 1);
        for not_read in [
            "no XML at all".to_owned(),
            xml[..xml.len() / 2].to_owned(),
            format!("{head}{entity}{root}"),
            format!("{head}{bomb}{root}"),
            named,
            "<Invoice/>".to_owned(),
            String::from_utf8(order).unwrap(),
        ] {
            hand_in(accountant, not_read.as_bytes()).refused(400, "invalid_input");
        }
        accountant
            .post(RECEIVED, json!({"number": "A-1"}))
            .refused(415, "unsupported_media_type");
        let large = vec![b' '; 4 * 1024 * 1024 + 1];
        hand_in(accountant, &large).refused(413, "body_too_large");
        let keyless = accountant.without_key();
        hand_in(&keyless, xml.as_bytes()).refused(400, "idempotency_key_required");
    });
}
