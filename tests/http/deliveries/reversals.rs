//! Payments that are taken back: nothing is erased, both books say so, and what was settled is open again.
use super::decimal;
use crate::checks::check;
use crate::support::deliveries::Delivery;
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use serde_json::{Value, json};

fn reverse(by: &Client, payment: &Response) -> Response {
    let path = format!("/api/v1/payments/{}/reverse", payment.id());
    let body = json!({"reversed_on": today(), "reason": "The bank returned it."});
    by.post(&path, body)
}

/// What an account of a book stands at.
fn balance(keeper: &Client, account: &str) -> String {
    let found = keeper.get("/api/v1/trial-balance").expect(200);
    let rows = found.body["accounts"].as_array().unwrap();
    let row = rows.iter().find(|row| row["account"] == account);
    row.map_or_else(
        || "0.00".to_owned(),
        |row| row["closing"].as_str().unwrap().to_owned(),
    )
}

/// The entries of a book about a payment, in time.
fn entries(keeper: &Client, kinds: &[&str]) -> Vec<Value> {
    let page = keeper.get("/api/v1/journal-entries?limit=100").expect(200);
    let all = page.body["items"].as_array().unwrap().iter();
    let wanted = all.filter(|entry| kinds.contains(&entry["kind"].as_str().unwrap()));
    wanted.cloned().collect()
}

fn order_status(delivery: &Delivery<'_, '_>) -> Value {
    let orders = delivery.buyer().get("/api/v1/orders").expect(200);
    orders.body["items"][0]["status"].clone()
}

#[test]
fn a_transfer_that_the_bank_returns_opens_what_it_closed() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let whole = invoice.body["payable"].as_str().unwrap();
        let (seller, payer) = (&delivery.treasurer, &delivery.accountant);
        let paid = delivery.pay(seller, &invoice, whole, "TRF-1").expect(201);
        assert_eq!(paid.body["reversed_on"], Value::Null);
        assert_eq!(delivery.status(), "closed");
        assert_eq!(order_status(&delivery), "closed");

        reverse(payer, &paid).refused(403, "forbidden");
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        reverse(&stranger, &paid).refused(404, "not_found");
        let back = reverse(seller, &paid).expect(200);
        assert_eq!(back.body["reversed_on"], json!(today()));
        assert_eq!(back.body["reversed_because"], "The bank returned it.");
        reverse(seller, &paid).refused(409, "wrong_state");

        let open = seller
            .get(&format!("/api/v1/invoices/{}", invoice.id()))
            .expect(200);
        assert_eq!(open.body["paid"], "0.00");
        assert_eq!(delivery.status(), "delivered");
        assert_eq!(order_status(&delivery), "fulfilled");
        for (keeper, account) in [(seller, "receivables"), (payer, "payables")] {
            let owed = balance(keeper, account);
            assert_eq!(owed.trim_start_matches('-'), whole);
            assert_eq!(balance(keeper, "bank"), "0.00");
            let [first, second] = entries(keeper, &["payment", "reversal"])
                .try_into()
                .unwrap();
            assert_eq!(second["reverses"], first["id"]);
            assert_eq!(first["reverses"], Value::Null);
        }
        assert_eq!(check(world), (0, Vec::new()));

        // It comes at last, under the reference that it had.
        delivery.pay(seller, &open, whole, "TRF-1").expect(201);
        assert_eq!(delivery.status(), "closed");
        let payments = format!("{}/payments", delivery.path);
        let payments = seller.get(&payments).expect(200);
        let known = payments.body["items"].as_array().unwrap();
        assert_eq!(known.len(), 2);
        assert_eq!(check(world), (0, Vec::new()));
    });
}

#[test]
fn an_advance_is_taken_back_only_while_nothing_has_netted_it() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let seller = &delivery.treasurer;
        let early = delivery.pay_advance("1000.00", "TRF-1").expect(201);
        let second = delivery.pay_advance("500.00", "TRF-2").expect(201);
        reverse(seller, &early).expect(200);
        assert_eq!(delivery.advance()["paid"], "500.00");
        assert_eq!(decimal(&delivery.advance()["left"]), 500.into());

        delivery.deliver("100");
        let invoice = delivery.bill();
        assert_eq!(invoice.body["deducted"], "500.00");
        let refused = reverse(seller, &second).refused(409, "wrong_state");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("0.00"), "{detail}");
        assert_eq!(check(world), (0, Vec::new()));
    });
}
