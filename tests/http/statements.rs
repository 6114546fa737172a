//! Stories of bank statements: what is paid by them, what is only noted, and what people have to look at.
use crate::checks::check;
use crate::support::deliveries::{Delivery, state_account};
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const STATEMENTS: &str = "/api/v1/bank-statements";
const TABLE: &str = "currency=ARS&date=date&amount=amount&decimal=point&bank_reference=ref&end_to_end=e2e&name=name&text=text";

/// One movement in camt.053: amount, in or out, the bank's reference, the end-to-end id.
fn camt(of: &[(&str, &str, &str, &str)]) -> String {
    let entries: String = of
        .iter()
        .map(|(amount, way, reference, end_to_end)| {
            format!(
                "<Ntry><Amt Ccy=\"ARS\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts>\
                 <BookgDt><Dt>{}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><Refs>\
                 <EndToEndId>{end_to_end}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>",
                today()
            )
        })
        .collect();
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id>\
         <Othr><Id>4020099</Id></Othr></Id><Ccy>ARS</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn take(by: &Client, file: &str) -> Response {
    by.post_text(STATEMENTS, "application/xml", file)
}

/// Rows of amount, reference, end-to-end id, name, text.
fn table(by: &Client, rows: &[[&str; 5]]) -> Response {
    let mut file = "date,amount,ref,e2e,name,text\n".to_owned();
    for row in rows {
        file += &format!("{},{}\n", today(), row.join(","));
    }
    by.post_text(&format!("{STATEMENTS}?{TABLE}"), "text/csv", &file)
}

fn entries(by: &Client, statement: &Response, query: &str) -> Vec<Value> {
    let path = format!(
        "/api/v1/bank-entries?statement_id={}&{query}",
        statement.id()
    );
    let page = by.get(&path).expect(200);
    page.body["items"].as_array().unwrap().clone()
}

fn paid(delivery: &Delivery<'_, '_>, invoice: &Response) -> String {
    let path = format!("/api/v1/invoices/{}", invoice.id());
    let now = delivery.accountant.get(&path).expect(200);
    now.body["paid"].as_str().unwrap().to_owned()
}

fn text<'a>(of: &'a Response, field: &str) -> &'a str {
    of.body[field].as_str().unwrap()
}

#[test]
fn what_a_run_paid_comes_back_in_both_sides_statements() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let (seller, payer) = (&delivery.treasurer, &delivery.accountant);
        state_account(seller, "2850590940090418135201");
        state_account(payer, "0170099220000067797370");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let amount = text(&invoice, "payable");
        let run = json!({"execution_on": today(), "invoice_ids": [invoice.id()]});
        let run = payer.post("/api/v1/payment-runs", run).expect(201);
        let end_to_end = run.body["transfers"][0]["end_to_end"].as_str().unwrap();
        assert_eq!(run.body["transfers"][0]["booked_on"], Value::Null);

        // It left the payer's account: noted, and nothing is paid by that.
        let file = camt(&[(amount, "DBIT", "OUT-1", end_to_end)]);
        let out = take(payer, &file).expect(201);
        let noted = entries(payer, &out, "status=matched").remove(0);
        assert_eq!(noted["allocations"][0]["matched_by"], "end_to_end");
        assert_eq!(noted["allocations"][0]["payment_id"], Value::Null);
        assert_eq!(paid(&delivery, &invoice), "0.00");
        let path = format!("/api/v1/payment-runs/{}", run.id());
        let transfer = payer.get(&path).expect(200).body["transfers"][0].clone();
        assert_eq!(transfer["booked_on"], json!(today()));

        // It came to the co-operative's: recorded as the payment, by the bank's reference.
        let file = camt(&[(amount, "CRDT", "IN-1", end_to_end)]);
        let came = take(seller, &file).expect(201);
        let entry = entries(seller, &came, "status=matched").remove(0);
        assert_eq!(
            (&entry["reason"], &entry["left"]["amount"]),
            (&json!("settled"), &json!("0.00"))
        );
        assert_eq!(paid(&delivery, &invoice), amount);
        let payments = seller
            .get(&format!("{}/payments", delivery.path))
            .expect(200);
        assert_eq!(payments.body["items"][0]["bank_reference"], "IN-1");
        assert_eq!(
            payments.body["items"][0]["id"],
            entry["allocations"][0]["payment_id"]
        );
        let (_, bytes) = seller.download(&format!("{STATEMENTS}/{}/file", came.id()));
        assert_eq!(bytes, file.as_bytes(), "the file as it came");

        // The same file, and the same movement in the next one.
        let again = take(seller, &file).refused(409, "duplicate");
        assert!(text(&again, "detail").contains(&came.id()));
        let next = camt(&[
            (amount, "CRDT", "IN-1", end_to_end),
            (amount, "CRDT", "IN-2", end_to_end),
        ]);
        let next = take(seller, &next).expect(201);
        assert_eq!(
            (&next.body["entries"], &next.body["known"]),
            (&json!(1), &json!(1))
        );
        let twice = entries(seller, &next, "status=unmatched").remove(0);
        assert_eq!(twice["reason"], "already_paid");
        assert_eq!(twice["candidates"], json!([invoice.id()]));
        assert_eq!(paid(&delivery, &invoice), amount);
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        let path = format!("{STATEMENTS}/{}", came.id());
        stranger.get(&path).refused(404, "not_found");
        delivery.buyer().get(STATEMENTS).refused(403, "forbidden");
    });
}

#[test]
fn parts_are_paid_and_the_rest_is_a_work_list() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let seller = &delivery.treasurer;
        let reference = text(&invoice, "reference");
        let whole: Decimal = text(&invoice, "payable").parse().unwrap();
        let rest = whole - Decimal::new(300, 2);
        let taken = table(
            seller,
            &[
                ["1.00", "A-1", "", "", &format!("Pago {reference}")],
                ["2.00", "A-2", "", "", "transferencia"],
                ["-9.50", "A-3", "", "", "comision"],
            ],
        )
        .expect(201);
        let all = entries(seller, &taken, "limit=10");
        let seen: Vec<(&str, &str)> = all
            .iter()
            .map(|one| {
                (
                    one["status"].as_str().unwrap(),
                    one["reason"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("matched", "partial"),
                ("unmatched", "unknown"),
                ("unmatched", "unknown")
            ]
        );
        assert_eq!(paid(&delivery, &invoice), "1.00");

        let path = |at: usize| format!("/api/v1/bank-entries/{}", all[at]["id"].as_str().unwrap());
        let matched = |by: &Client, at: usize, amount: &str| {
            let etag = seller.get(&path(at)).expect(200).etag;
            let body = json!({"invoice_id": invoice.id(), "amount": {"amount": amount, "currency": "ARS"}});
            by.post_if(&format!("{}/match", path(at)), &etag, body)
        };
        matched(seller, 1, "2.01").refused(409, "over_paid");
        matched(seller, 2, "9.50").refused(409, "wrong_state");
        matched(&delivery.accountant, 1, "2.00").refused(404, "not_found");
        let done = matched(seller, 1, "2.00").expect(200);
        assert_eq!(done.body["status"], "matched");
        assert_eq!(done.body["allocations"][0]["matched_by"], "person");
        assert_eq!(paid(&delivery, &invoice), "3.00");
        matched(seller, 1, "2.00").refused(409, "wrong_state");
        let charge = seller.get(&path(2)).expect(200);
        let why = json!({"reason": "The bank's own charge."});
        let ignored = seller
            .post_if(&format!("{}/ignore", path(2)), &charge.etag, why)
            .expect(200);
        assert_eq!(ignored.body["status"], "ignored");
        assert!(entries(seller, &taken, "status=unmatched").is_empty());

        // More than is open: the rest of it waits for people.
        let more = (rest + Decimal::new(500, 2)).to_string();
        let taken = table(seller, &[[more.as_str(), "A-4", reference, "", ""]]).expect(201);
        let over = entries(seller, &taken, "status=unmatched").remove(0);
        assert_eq!(
            (&over["reason"], &over["left"]["amount"]),
            (&json!("overpaid"), &json!("5.00"))
        );
        assert_eq!(paid(&delivery, &invoice), text(&invoice, "payable"));
    });
}

#[test]
fn a_payment_that_is_taken_back_puts_its_movement_on_the_work_list_again() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("10");
        delivery.deliver("10");
        let invoice = delivery.bill();
        let (seller, whole) = (&delivery.treasurer, text(&invoice, "payable"));
        let row = [whole, "B-1", "", "", text(&invoice, "reference")];
        let taken = table(seller, &[row]).expect(201);
        let paid_by = entries(seller, &taken, "status=matched").remove(0);
        assert_eq!(delivery.status(), "closed");

        let payment = paid_by["allocations"][0]["payment_id"].as_str().unwrap();
        let back = json!({"reversed_on": today(), "reason": "Another's money."});
        let path = format!("/api/v1/payments/{payment}/reverse");
        seller.post(&path, back).expect(200);
        let waiting = entries(seller, &taken, "status=unmatched").remove(0);
        assert_eq!(waiting["reason"], "payment_reversed");
        assert_eq!(waiting["left"], waiting["amount"]);
        assert_eq!(waiting["allocations"], json!([]));
        assert_eq!(paid(&delivery, &invoice), "0.00");
        assert_eq!(delivery.status(), "delivered");
        assert_eq!(check(world), (0, Vec::new()));

        // It was right after all.
        let path = format!("/api/v1/bank-entries/{}", waiting["id"].as_str().unwrap());
        let etag = seller.get(&path).expect(200).etag;
        let body =
            json!({"invoice_id": invoice.id(), "amount": {"amount": whole, "currency": "ARS"}});
        seller
            .post_if(&format!("{path}/match"), &etag, body)
            .expect(200);
        assert_eq!(delivery.status(), "closed");
        assert_eq!(check(world), (0, Vec::new()));
    });
}

#[test]
fn a_file_in_doubt_is_refused_and_a_table_needs_its_columns_named() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("10");
        let seller = &delivery.treasurer;
        take(seller, "<Document><BkToCstmrStmt>").refused(422, "statement_refused");
        let bare = seller.post_text(STATEMENTS, "text/csv", "date,amount\n");
        let refused = bare.refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["?currency", "?date", "?amount"]);
        seller
            .post_text(STATEMENTS, "application/json", "{}")
            .refused(415, "unsupported_media_type");
        let seller = delivery.seller();
        take(seller, &camt(&[])).refused(403, "forbidden");
    });
}
