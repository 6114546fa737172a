//! Stories of the journal: what an order leaves in both sides' books, locked months, codes, and who may look.
use crate::support::deliveries::{Delivery, payment};
use crate::support::governance::today;
use crate::support::{Client, World, on_each_database};
use chrono::{Datelike, Days, NaiveDate};
use diesel::RunQueryDsl;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// What each account of a book holds: debits above zero.
fn balances(by: &Client) -> BTreeMap<String, Decimal> {
    let found = by.get("/api/v1/trial-balance").expect(200);
    let accounts = found.body["accounts"].as_array().unwrap();
    let (mut debit, mut credit, mut closing) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    let mut balances = BTreeMap::new();
    for account in accounts {
        debit += decimal(&account["debit"]);
        credit += decimal(&account["credit"]);
        closing += decimal(&account["closing"]);
        let name = account["account"].as_str().unwrap().to_owned();
        balances.insert(name, decimal(&account["closing"]));
    }
    assert_eq!(debit, credit, "debits are credits");
    assert_eq!(closing, Decimal::ZERO, "all accounts together hold nothing");
    balances.retain(|_, held| *held != Decimal::ZERO);
    balances
}

/// All entries of a book; each balances.
fn entries(by: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = "/api/v1/journal-entries?limit=3".to_owned();
    loop {
        let page = by.get(&path).expect(200);
        all.extend(page.body["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page.body["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/journal-entries?limit=3&cursor={next}");
    }
    for entry in &all {
        let postings = entry["postings"].as_array().unwrap();
        let sum = |side: &str| -> Decimal { postings.iter().map(|one| decimal(&one[side])).sum() };
        assert_eq!(sum("debit"), sum("credit"), "{entry}");
        assert!(sum("debit") > Decimal::ZERO);
    }
    all
}

fn kinds(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect()
}

/// Who keeps the books of both sides of a purchase order.
fn keepers<'d>(delivery: &'d Delivery<'_, '_>) -> [&'d Client; 2] {
    [&delivery.treasurer, &delivery.accountant]
}

#[test]
fn an_order_leaves_goods_tax_each_purpose_and_the_advance_on_accounts_of_their_own() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&advance, "TRF-1").expect(201);
        delivery.deliver("100");
        let invoice = delivery.bill();
        let [seller, buyer] = keepers(&delivery).map(balances);
        let totals = &invoice.body["totals"];
        let payable = decimal(&invoice.body["payable"]);
        assert_eq!(seller["receivables"], payable);
        assert_eq!(buyer["payables"], -payable);
        assert_eq!(seller["bank"], decimal(&json!(advance)));
        assert!(!seller.contains_key("advances_received"), "it is netted");
        assert_eq!(seller["tax_payable"], -decimal(&totals["tax"]));
        assert_eq!(buyer["tax_recoverable"], decimal(&totals["tax"]));
        assert_eq!(buyer["freight_bought"], decimal(&totals["freight"]));

        // The premium by purpose is what the price said, to the cent, and apart from the goods.
        let explained = delivery
            .buyer()
            .get(&format!("{}/explanation", delivery.path))
            .expect(200);
        let answer = &explained.body["lines"][0]["price_answer"];
        assert_eq!(buyer["goods_bought"], decimal(&answer["market_amount"]));
        for (purpose, amount) in answer["premium_by_purpose"].as_object().unwrap() {
            let paid = buyer.get(&format!("premium_paid_{purpose}")).copied();
            let received = seller.get(&format!("premium_received_{purpose}")).copied();
            assert_eq!(paid.unwrap_or_default(), decimal(amount), "{purpose}");
            assert_eq!(received.unwrap_or_default(), -decimal(amount), "{purpose}");
        }

        let amount = invoice.body["payable"].as_str().unwrap();
        delivery
            .pay(&delivery.treasurer, &invoice, amount, "TRF-2")
            .expect(201);
        let total = decimal(&totals["total"]);
        let [seller, buyer] = keepers(&delivery).map(balances);
        assert_eq!((seller["bank"], buyer["bank"]), (total, -total));
        assert!(!seller.contains_key("receivables") && !buyer.contains_key("payables"));
        for keeper in keepers(&delivery) {
            let all = entries(keeper);
            assert_eq!(kinds(&all), ["advance", "invoice", "payment"]);
            let numbers: Vec<i64> = all
                .iter()
                .map(|one| one["number"].as_i64().unwrap())
                .collect();
            assert_eq!(numbers, [1, 2, 3], "without gaps");
            let id = all[1]["id"].as_str().unwrap();
            let one = keeper
                .get(&format!("/api/v1/journal-entries/{id}"))
                .expect(200);
            assert_eq!(one.body, all[1]);
            let of_order = format!(
                "/api/v1/journal-entries?purchase_order_id={}",
                delivery.id()
            );
            let of_order = keeper.get(&of_order).expect(200);
            assert_eq!(of_order.body["items"].as_array().unwrap().len(), 3);
        }
        let other = entries(&delivery.treasurer)[0]["id"].clone();
        let other = format!("/api/v1/journal-entries/{}", other.as_str().unwrap());
        delivery.accountant.get(&other).refused(404, "not_found");
        delivery
            .buyer()
            .get("/api/v1/journal-entries")
            .refused(403, "forbidden");
    });
}

#[test]
fn what_is_credited_paid_back_and_refunded_leaves_nothing_open() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&advance, "TRF-1").expect(201);
        delivery.deliver("60");
        let invoice = delivery.bill();
        // The rest is short, and is not made again: nothing of it was billed, so nothing of it is booked.
        let sent = delivery.send(&delivery.stage(0), "40").expect(201);
        delivery.receive(&sent, ["0", "0", "40"]).expect(201);
        let claim = delivery.claims().remove(0)["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let refuse = format!("/api/v1/claims/{claim}/refuse-remake");
        let etag = delivery.claim(&claim).etag;
        delivery.seller().act(&refuse, &etag).expect(200);
        assert_eq!(kinds(&entries(&delivery.treasurer)), ["advance", "invoice"]);

        let left = delivery.advance()["left"].as_str().unwrap().to_owned();
        let refund = format!("{}/advance-refunds", delivery.path);
        delivery
            .accountant
            .post(&refund, payment(&left, "RET-1"))
            .expect(201);
        let amount = invoice.body["payable"].as_str().unwrap();
        delivery
            .pay(&delivery.treasurer, &invoice, amount, "TRF-2")
            .expect(201);
        assert_eq!(delivery.status(), "closed");
        for keeper in keepers(&delivery) {
            let all = entries(keeper);
            assert_eq!(kinds(&all), ["advance", "invoice", "refund", "payment"]);
            let held = balances(keeper);
            for settled in [
                "advances_paid",
                "advances_received",
                "payables",
                "receivables",
            ] {
                assert!(!held.contains_key(settled), "{settled}: {held:?}");
            }
        }
    });
}

/// The last day of the month before this one.
fn last_month() -> NaiveDate {
    today() - Days::new(u64::from(today().day()))
}

fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

fn lock(by: &Client, month: &str) -> crate::support::Response {
    by.raw(
        "POST",
        &format!("/api/v1/book-periods/{month}/lock"),
        &[],
        None,
    )
}

#[test]
fn a_locked_month_takes_no_posting_and_only_its_own_book_is_locked() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = |amount: &str, reference: &str| {
            let mut body = payment(amount, reference);
            body["payer_id"] = json!(delivery.trade.market.union.id);
            body["account"] = json!("buyer");
            body["paid_on"] = json!(last_month());
            let path = format!("{}/advance-payments", delivery.path);
            delivery.treasurer.post(&path, body).expect(201);
        };
        advance("10.00", "TRF-1");
        let (before, now) = (month(last_month()), month(today()));
        lock(&delivery.accountant, &now).refused(409, "period_not_over");
        lock(&delivery.accountant, "2026-13").refused(404, "not_found");
        lock(delivery.buyer(), &before).refused(403, "forbidden");
        lock(&delivery.accountant, &before).expect(201);
        lock(&delivery.accountant, &before).refused(409, "period_locked");

        advance("20.00", "TRF-2");
        let of = |by: &Client| -> Vec<(String, String, i64)> {
            entries(by)
                .iter()
                .map(|entry| {
                    assert_eq!(entry["document_date"], json!(last_month()));
                    let period = entry["period"].as_str().unwrap().to_owned();
                    let booked = entry["booked_on"].as_str().unwrap()[..7].to_owned();
                    (period, booked, entry["number"].as_i64().unwrap())
                })
                .collect()
        };
        let row = |month: &str, number| (month.to_owned(), month.to_owned(), number);
        assert_eq!(of(&delivery.accountant), [row(&before, 1), row(&now, 1)]);
        assert_eq!(of(&delivery.treasurer), [row(&before, 1), row(&before, 2)]);
        let periods = delivery.accountant.get("/api/v1/book-periods").expect(200);
        let shown: Vec<(&str, i64, &str)> = periods.body["periods"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["period"].as_str().unwrap(),
                    one["entries"].as_i64().unwrap(),
                    one["status"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [(before.as_str(), 1, "locked"), (now.as_str(), 1, "open")]
        );
        // Months before and after are told apart.
        let path = format!("/api/v1/trial-balance?from={now}&to={now}");
        let found = delivery.accountant.get(&path).expect(200);
        let bank = &found.body["accounts"][0];
        assert_eq!(
            [&bank["opening"], &bank["credit"], &bank["closing"]],
            ["-10.00", "20.00", "-30.00"]
        );
        delivery
            .accountant
            .get("/api/v1/trial-balance?from=november")
            .refused(400, "invalid_input");
    });
}

#[test]
fn a_month_is_not_locked_while_an_earlier_one_is_open() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let mut body = payment("10.00", "TRF-1");
        body["payer_id"] = json!(delivery.trade.market.union.id);
        body["account"] = json!("buyer");
        let two_before = last_month() - Days::new(u64::from(last_month().day()));
        body["paid_on"] = json!(two_before);
        let path = format!("{}/advance-payments", delivery.path);
        delivery.treasurer.post(&path, body).expect(201);
        lock(&delivery.treasurer, &month(last_month())).refused(409, "period_not_over");
        lock(&delivery.treasurer, &month(two_before)).expect(201);
        lock(&delivery.treasurer, &month(last_month())).expect(201);
    });
}

#[test]
fn a_union_gives_accounts_its_own_codes() {
    on_each_database(|world| {
        let union = world.union("Sindicato de Codigos", "AR");
        let accountant = union.member(&["accountant"]);
        let chart = accountant.get("/api/v1/book-accounts").expect(200);
        assert_eq!(chart.body["accounts"].as_array().unwrap().len(), 32);
        let named = |code: &str| json!({"accounts": [{"account": "bank", "code": code, "name": "Banco Credicoop"}]});
        let changed = accountant
            .put("/api/v1/book-accounts", &chart.etag, named("1.1.01"))
            .expect(200);
        assert_eq!(changed.body["accounts"][0]["code"], "1.1.01");
        assert_eq!(changed.body["accounts"][0]["name"], "Banco Credicoop");
        accountant
            .put("/api/v1/book-accounts", &chart.etag, named("1.1.02"))
            .refused(412, "stale");
        // The code of another account of ours.
        accountant
            .put("/api/v1/book-accounts", &changed.etag, named("2100"))
            .refused(422, "duplicate_id");
        accountant
            .put("/api/v1/book-accounts", &changed.etag, named("1 1"))
            .refused(400, "invalid_input");
        let unknown = json!({"accounts": [{"account": "cash", "code": "1", "name": "Caja"}]});
        accountant
            .put("/api/v1/book-accounts", &changed.etag, unknown)
            .refused(400, "invalid_input");
        let other = world.union("Otro Sindicato", "AR").member(&["accountant"]);
        let theirs = other.get("/api/v1/book-accounts").expect(200);
        assert_eq!(theirs.body["accounts"][0]["code"], "1010");
    });
}

/// One statement in a transaction of its own, past all our code.
fn execute(world: &World, statement: &str) -> diesel::QueryResult<usize> {
    let mut conn = world.conn();
    let query = diesel::sql_query(statement);
    match &mut conn {
        store::Conn::Postgres(conn) => query.execute(conn),
        store::Conn::Sqlite(conn) => query.execute(conn),
    }
}

#[test]
fn the_database_itself_refuses_an_entry_that_does_not_balance() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.pay_advance("10.00", "TRF-1").expect(201);
        // One cent more on the last posting, with its sum: the entry behind it closes with nothing.
        let spoilt = "UPDATE journal_postings SET amount_minor = amount_minor + 1, after_minor = after_minor + 1 \
            WHERE position = of_postings";
        assert!(execute(world, spoilt).is_err(), "one cent off");
        let gone = "DELETE FROM journal_postings WHERE position = of_postings";
        assert!(execute(world, gone).is_err(), "a posting less");
        let twice = "INSERT INTO journal_postings SELECT entry_id, position + 2, position + 1, of_postings, currency, \
            'goods_sold', amount_minor, after_minor, after_minor + amount_minor FROM journal_postings WHERE position = 2";
        assert!(execute(world, twice).is_err(), "a posting more");
        let currency = "UPDATE journal_postings SET currency = 'ZAR' WHERE position = 1";
        assert!(execute(world, currency).is_err(), "another currency");
        balances(&delivery.treasurer);
    });
}

/// Billing details of a co-operative or a buyer.
fn details(gln: Option<&str>, premium_shown: &str) -> Value {
    json!({
        "street": "Av. Rivadavia 1234", "city": "Neuquén", "postal_code": "Q8300", "region": "Neuquén",
        "registration": "INAES 25.123", "gln": gln, "email": "facturas@lamarea.example",
        "account": {"kind": "cbu", "number": "2850590940090418135201", "branch": null},
        "premium_shown": premium_shown,
    })
}

fn xml_of(by: &Client, invoice: &crate::support::Response) -> String {
    let path = format!("/api/v1/invoices/{}", invoice.id());
    let (headers, body) = by.download_as(&path, "application/xml, application/json;q=0.5");
    assert_eq!(headers["content-type"], "application/xml");
    String::from_utf8(body).unwrap()
}

#[test]
fn an_invoice_is_a_ubl_document_with_each_purpose_as_a_charge_or_in_the_price() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("1000");
        let [seller, buyer] = keepers(&delivery);
        let mine = "/api/v1/billing-details";
        seller
            .put(mine, "\"0\"", details(Some("5790000435945"), "charge"))
            .refused(400, "invalid_input");
        seller
            .put(mine, "\"0\"", details(Some("5790000435944"), "charge"))
            .expect(200);
        let given = buyer
            .put(mine, "\"0\"", details(None, "charge"))
            .expect(200);
        delivery.buyer().get(mine).refused(403, "forbidden");
        delivery.agree_stages(&[(20, "600"), (35, "400")]);
        let sent = delivery.send(&delivery.stage(0), "600").expect(201);
        delivery.receive(&sent, ["600", "0", "0"]).expect(201);
        let first = delivery.bill();
        let xml = xml_of(buyer, &first);
        assert_eq!(xml, xml_of(seller, &first), "both have the same document");
        let read = accounting::ubl::read(xml.as_bytes()).unwrap();
        assert_eq!(read.differences().unwrap(), []);
        let draft = &read.draft;
        assert_eq!(draft.number, first.body["reference"]);
        assert_eq!(draft.seller.tax_id.as_ref().unwrap().as_str().len(), 13);
        let charges = &draft.lines[0].adjustments;
        assert!(!charges.is_empty());
        assert!(
            charges
                .iter()
                .all(|one| one.reason.starts_with("Solidarity premium: "))
        );
        assert_eq!(draft.lines[1].name.split(':').next(), Some("Freight"));
        let total = draft
            .lines
            .iter()
            .map(|line| line.net(draft.currency).unwrap().minor());
        let net =
            decimal(&first.body["totals"]["goods"]) + decimal(&first.body["totals"]["freight"]);
        assert_eq!(Decimal::new(total.sum(), 2), net);

        buyer
            .put(mine, &given.etag, details(None, "price"))
            .expect(200);
        let sent = delivery.send(&delivery.stage(1), "400").expect(201);
        delivery.receive(&sent, ["400", "0", "0"]).expect(201);
        let second = delivery.bill();
        let read = accounting::ubl::read(xml_of(buyer, &second).as_bytes()).unwrap();
        assert!(
            read.draft
                .lines
                .iter()
                .all(|line| line.adjustments.is_empty())
        );
        assert_eq!(xml_of(buyer, &first), xml, "what was issued stays");
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        let path = format!("/api/v1/invoices/{}", first.id());
        assert_eq!(stranger.status_as(&path, "application/xml"), 404);
    });
}

#[test]
fn what_goes_back_is_a_credit_note_that_names_its_invoice() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let receipt = delivery.receive(&sent, ["100", "0", "0"]).expect(201);
        let invoice = delivery.bill();
        let defect = json!({"line": 1, "quantity": "10", "reason": "The glaze comes off."});
        let claim = delivery
            .buyer()
            .post(&format!("/api/v1/receipts/{}/claims", receipt.id()), defect)
            .expect(201);
        let etag = delivery.claim(&claim.id()).etag;
        let refuse = format!("/api/v1/claims/{}/refuse-remake", claim.id());
        delivery.seller().act(&refuse, &etag).expect(200);
        let note = delivery.documents("credit_note").remove(0);
        let path = format!("/api/v1/invoices/{}", note["id"].as_str().unwrap());
        let note = delivery.accountant.get(&path).expect(200);
        let read = accounting::ubl::read(xml_of(&delivery.accountant, &note).as_bytes()).unwrap();
        assert_eq!(
            read.draft.document_type,
            accounting::ubl::DocumentType::CreditNote
        );
        assert_eq!(read.draft.corrects[0].number, invoice.body["reference"]);
        let [seller, buyer] = keepers(&delivery).map(balances);
        let back = decimal(&note.body["payable"]);
        assert_eq!((seller["payables"], buyer["receivables"]), (-back, back));
    });
}

#[test]
fn the_journal_is_a_file_for_each_program_with_the_same_bytes_each_time() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&advance, "TRF-1").expect(201);
        delivery.deliver("100");
        let invoice = delivery.bill();
        let file = |query: &str| {
            let path = format!("/api/v1/journal?{query}");
            let (_, first) = delivery.accountant.download(&path);
            let (_, again) = delivery.accountant.download(&path);
            assert_eq!(first, again);
            String::from_utf8_lossy(&first).into_owned()
        };
        let id = entries(&delivery.accountant)[1]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let reference = invoice.body["reference"].as_str().unwrap();
        for format in ["hledger", "beancount", "csv", "gnucash"] {
            let text = file(&format!("format={format}"));
            assert!(
                text.contains(&id) && text.contains(reference),
                "{format}: {text}"
            );
        }
        assert!(file("format=gnucash-accounts").contains("Payables"));
        assert!(file("format=csv-rules").contains("account1"));
        let bank = file("format=ofx&currency=ARS");
        assert!(bank.contains(&format!("<TRNAMT>-{advance}")), "{bank}");
        let none = file("format=csv&to=2020-01");
        assert!(!none.contains(&id));
        for (query, pointer) in [
            ("format=xls", "?format"),
            ("format=ofx", "?currency"),
            ("format=csv&from=2026", "?from"),
        ] {
            let path = format!("/api/v1/journal?{query}");
            let refused = delivery.accountant.get(&path).refused(400, "invalid_input");
            assert_eq!(refused.pointers(), [pointer], "{query}");
        }
        delivery
            .buyer()
            .get("/api/v1/journal?format=csv")
            .refused(403, "forbidden");
    });
}

#[test]
fn what_was_ordered_is_invoiced_withdrawn_or_open() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let whole = delivery.seller().get(&delivery.path).expect(200).body["totals"].clone();
        let ordered = decimal(&whole["goods"]) + decimal(&whole["freight"]);
        let rows = |by: &Client| {
            let report = by.get("/api/v1/reports/reconciliation").expect(200);
            let rows = report.body["rows"].as_array().unwrap().clone();
            let figures = rows.iter().map(|row| {
                assert_eq!(row["difference"], "0.00", "{row}");
                let figure = |name: &str| decimal(&row[name]);
                let parts = ["invoiced", "withdrawn", "open"].map(figure);
                assert_eq!(figure("ordered"), parts.iter().sum::<Decimal>());
                (
                    row["side"].as_str().unwrap().to_owned(),
                    figure("ordered"),
                    parts,
                )
            });
            figures.collect::<Vec<_>>()
        };
        let none = Decimal::ZERO;
        assert_eq!(
            rows(&delivery.accountant),
            [("bought".to_owned(), ordered, [none, none, ordered])]
        );
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let receipt = delivery.receive(&sent, ["60", "0", "40"]).expect(201);
        delivery.bill();
        let claim = delivery.claims().remove(0)["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let refuse = format!("/api/v1/claims/{claim}/refuse-remake");
        delivery
            .seller()
            .act(&refuse, &delivery.claim(&claim).etag)
            .expect(200);
        let defect = json!({"line": 1, "quantity": "10", "reason": "The glaze comes off."});
        let defect = delivery
            .buyer()
            .post(&format!("/api/v1/receipts/{}/claims", receipt.id()), defect)
            .expect(201);
        let refuse = format!("/api/v1/claims/{}/refuse-remake", defect.id());
        delivery
            .seller()
            .act(&refuse, &delivery.claim(&defect.id()).etag)
            .expect(200);
        for (by, side) in [
            (&delivery.accountant, "bought"),
            (&delivery.treasurer, "sold"),
        ] {
            let rows = rows(by);
            let row = rows.iter().find(|row| row.0 == side).unwrap();
            let [invoiced, withdrawn, open] = row.2;
            assert_eq!((row.1, open), (ordered, none));
            // 50 of 100 units stay invoiced.
            assert!(
                (invoiced * Decimal::TWO - ordered).abs() <= Decimal::new(2, 2),
                "{row:?}"
            );
            assert_eq!(invoiced + withdrawn, ordered);
        }
        let past = delivery
            .accountant
            .get("/api/v1/reports/reconciliation?to=2020-01")
            .expect(200);
        assert_eq!(past.body["rows"], json!([]));
        delivery
            .buyer()
            .get("/api/v1/reports/reconciliation")
            .refused(403, "forbidden");
    });
}

#[test]
fn payees_are_listed_from_the_threshold_on() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.pay_advance("3000.00", "TRF-1").expect(201);
        delivery.pay_advance("1999.99", "TRF-2").expect(201);
        let year = today().year();
        let report = |query: &str| {
            let path = format!("/api/v1/reports/payees?year={year}{query}");
            delivery.accountant.get(&path).expect(200).body
        };
        assert_eq!(report("")["payees"], json!([]), "a cent is missing");
        assert_eq!(report("")["others"][0]["total"], "4999.99");
        delivery.pay_advance("0.01", "TRF-3").expect(201);
        let listed = &report("")["payees"][0];
        assert_eq!(listed["payee_id"], json!(trade.market.cooperative.id));
        assert_eq!(
            (&listed["total"], &listed["payments"]),
            (&json!("5000.00"), &json!(3))
        );
        assert_eq!(report("&rule=single")["payees"], json!([]));
        let single = &report("&rule=single&threshold=3000")["payees"][0];
        assert_eq!(
            (&single["single_payments"], &single["single_total"]),
            (&json!(1), &json!("3000.00"))
        );
        let before = format!("/api/v1/reports/payees?year={}", year - 1);
        assert_eq!(
            delivery.accountant.get(&before).expect(200).body["payees"],
            json!([])
        );
        delivery
            .accountant
            .get("/api/v1/reports/payees?year=12")
            .refused(400, "invalid_input");
        // Who was paid is no payee of its own.
        let path = format!("/api/v1/reports/payees?year={year}&threshold=0");
        assert_eq!(
            delivery.treasurer.get(&path).expect(200).body["payees"],
            json!([])
        );
    });
}

#[test]
fn the_members_see_what_they_paid_above_the_market_and_what_it_moved() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        delivery.bill();
        let csv = format!(
            "reference,supplier,supplier_country,description,unit,quantity,spend,currency,starts_on,ends_on\n\
             B-1,Importadora,AR,Tiles,MTK,100,10000000.00,ARS,{0}-01-01,{0}-12-31\n",
            today().year()
        );
        trade
            .market
            .buyer
            .post_text("/api/v1/tables/baseline/imports", "text/csv", &csv)
            .expect(200);
        let path = format!(
            "/api/v1/reports/members?year={}&members=1000",
            today().year()
        );
        let report = trade.market.buyer.get(&path).expect(200);
        let row = &report.body["rows"][0];
        let explained = delivery
            .buyer()
            .get(&format!("{}/explanation", delivery.path))
            .expect(200);
        let answer = &explained.body["lines"][0]["price_answer"];
        let extra = decimal(&answer["premium_amount"]);
        assert_eq!(row["market"], answer["market_amount"]);
        assert_eq!(decimal(&row["extra_total"]), extra);
        let parts = row["extra"].as_array().unwrap();
        let sum: Decimal = parts.iter().map(|part| decimal(&part["amount"])).sum();
        assert_eq!(sum, extra);
        let each = (extra / Decimal::from(1000)).round_dp(2);
        assert!((decimal(&row["extra_per_member"]) - each).abs() <= Decimal::new(1, 2));
        let spent = decimal(&row["market"]) + extra;
        let moved = (spent / Decimal::from(10_000_000)).round_dp(6);
        assert!((decimal(&row["share_moved"]) - moved).abs() <= Decimal::new(1, 6));
        assert_eq!(row["baseline"], "10000000.00");
    });
}

#[test]
fn the_whole_chain_of_ordering_is_documents_of_ubl() {
    on_each_database(|world| {
        let trade = world.trade();
        let confirmed = trade.confirmed("100");
        let (seller, buyer) = (&trade.market.seller, &trade.market.buyer);
        let issued = seller.purchase_order("issued");
        let path = format!("/api/v1/purchase-orders/{}", issued.id());
        let fetch = |by: &Client, path: &str| {
            let (headers, body) = by.download_as(path, "application/xml");
            assert_eq!(headers["content-type"], "application/xml");
            String::from_utf8(body).unwrap()
        };
        let order = fetch(buyer, &path);
        assert_eq!(order, fetch(seller, &path));
        let read = accounting::ubl::read_order(order.as_bytes()).unwrap();
        assert_eq!(read.header.number, issued.body["reference"]);
        let totals = &confirmed.body["totals"];
        assert_eq!(
            Decimal::new(read.payable.unwrap().minor(), 2),
            decimal(&totals["total"])
        );
        assert_eq!(read.lines.len(), 2, "goods and freight");
        let answer = format!("{path}/response");
        let code = |text: &str| {
            text.contains(">AB<")
                .then_some("AB")
                .or(text.contains(">AP<").then_some("AP"))
        };
        assert_eq!(code(&fetch(buyer, &answer)), Some("AB"), "not answered yet");
        let delivery = trade.delivery();
        assert_eq!(code(&fetch(buyer, &answer)), Some("AP"));
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        let advice = fetch(buyer, &format!("/api/v1/despatches/{}", sent.id()));
        assert!(advice.contains(sent.body["reference"].as_str().unwrap()));
        assert!(advice.contains(">100</cbc:DeliveredQuantity>"), "{advice}");
        let stranger = world.union("Ajeno", "AR").member(&["buyer"]);
        for path in [path, answer, format!("/api/v1/despatches/{}", sent.id())] {
            assert_eq!(stranger.status_as(&path, "application/xml"), 404, "{path}");
        }
    });
}
