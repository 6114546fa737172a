//! Milestones, the advance in its own account, and invoices that net it (FI1, FI2; W6).
use super::decimal;
use crate::support::deliveries::in_days;
use crate::support::on_each_database;
use crate::support::orders::Trade;
use crate::support::{Client, Response};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn milestones(shares: &[(i64, &str)]) -> Value {
    let one = |(at, share): &(i64, &str)| {
        let due = if *at == 1 { "acceptance" } else { "delivery" };
        json!({"position": at, "share": share, "due": due, "days": (at - 1) * 15})
    };
    json!({"milestones": shares.iter().map(one).collect::<Vec<_>>()})
}

fn set(by: &Client, order: &Response, body: Value) -> Response {
    by.put(
        &format!("/api/v1/orders/{}/payment-milestones", order.id()),
        &order.etag,
        body,
    )
}

/// An order with milestones of 50, 30 and 20, confirmed.
fn by_milestones(trade: &Trade<'_>, quantity: &str) {
    let draft = trade.draft(quantity);
    let buyer = &trade.market.buyer;
    set(
        buyer,
        &draft,
        milestones(&[(1, "0.5"), (2, "0.3"), (3, "0.2")]),
    )
    .expect(200);
    let submitted = buyer.order_act(&trade.order(&draft), "submit").expect(200);
    let approved = trade.approved(&submitted);
    buyer.order_act(&approved, "confirm").expect(200);
}

#[test]
fn milestones_come_to_the_whole_without_a_gap() {
    on_each_database(|world| {
        let trade = world.trade();
        let draft = trade.draft("100");
        let buyer = &trade.market.buyer;
        let path = format!("/api/v1/orders/{}/payment-milestones", draft.id());
        let usual = buyer.get(&path).expect(200);
        assert_eq!(usual.body["milestones"][0]["share"], "0.5");
        assert_eq!(usual.body["milestones"][0]["due"], "acceptance");
        for wrong in [
            milestones(&[(1, "0.5"), (2, "0.3"), (3, "0.25")]),
            milestones(&[(1, "0.5"), (3, "0.3"), (4, "0.2")]),
            milestones(&[(1, "0.5"), (2, "0.3"), (2, "0.2")]),
            milestones(&[(1, "1"), (2, "0")]),
            milestones(&[]),
        ] {
            set(buyer, &draft, wrong).refused(400, "invalid_input");
        }
        let refused =
            set(buyer, &draft, milestones(&[(1, "0.4"), (2, "0.6")])).refused(400, "invalid_input");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("advance of this order is 0.5")
        );
        let right = milestones(&[(1, "0.5"), (2, "0.3"), (3, "0.2")]);
        let kept = set(buyer, &draft, right.clone()).expect(200);
        assert_eq!(kept.body["milestones"][2]["share"], "0.2");
        set(buyer, &draft, right.clone()).refused(412, "stale");
        set(&trade.approvers[0], &trade.order(&draft), right.clone()).refused(403, "forbidden");
        let submitted = buyer.order_act(&trade.order(&draft), "submit").expect(200);
        set(buyer, &submitted, right).refused(409, "wrong_state");
    });
}

#[test]
fn the_advance_comes_once_is_netted_on_each_invoice_and_never_split_again() {
    on_each_database(|world| {
        let trade = world.trade();
        by_milestones(&trade, "1000");
        let delivery = trade.delivery();
        delivery.agree_stages(&[(20, "333"), (35, "333"), (50, "334")]);
        let whole = delivery.seller().get(&delivery.path).expect(200).body["totals"].clone();
        let total = decimal(&whole["total"]);
        let agreed = decimal(&delivery.advance()["agreed"]);
        assert_eq!(agreed * Decimal::TWO, total, "half, without interest");

        delivery
            .pay_advance("9465527.51", "TRF-1")
            .refused(409, "over_paid");
        delivery.pay_advance("9000000.00", "TRF-1").expect(201);
        delivery
            .pay_advance("465527.50", "TRF-1")
            .refused(409, "duplicate");
        delivery.pay_advance("465527.50", "TRF-2").expect(201);
        delivery
            .pay_advance("0.01", "TRF-3")
            .refused(409, "over_paid");
        assert_eq!(delivery.advance()["left"], "9465527.50");

        let (mut billed, mut netted, mut by_milestone) =
            (Decimal::ZERO, Decimal::ZERO, [Decimal::ZERO; 2]);
        for (at, quantity) in ["333", "333", "334"].into_iter().enumerate() {
            let sent = delivery.send(&delivery.stage(at), quantity).expect(201);
            delivery.receive(&sent, [quantity, "0", "0"]).expect(201);
            let invoice = delivery.bill();
            let totals = &invoice.body["totals"];
            billed += decimal(&totals["goods"]) + decimal(&totals["freight"]);
            netted += decimal(&invoice.body["deducted"]);
            let parts = invoice.body["instalments"].as_array().unwrap();
            let sum: Decimal = parts.iter().map(|part| decimal(&part["amount"])).sum();
            assert_eq!(sum, decimal(&invoice.body["payable"]));
            for (slot, part) in by_milestone.iter_mut().zip(parts) {
                *slot += decimal(&part["amount"]);
            }
            assert_eq!(parts[0]["due_on"], json!(in_days(15)));
            assert_eq!(parts[1]["due_on"], json!(in_days(30)));
            let amount = invoice.body["payable"].as_str().unwrap();
            delivery
                .pay(&delivery.treasurer, &invoice, amount, &format!("INV-{at}"))
                .expect(201);
        }
        let net = decimal(&whole["goods"]) + decimal(&whole["freight"]);
        assert_eq!(billed, net, "all invoices are the purchase order");
        assert_eq!(netted, agreed, "the advance is used up once");
        // 30 and 20 of the whole, not of the half that the advance left.
        let exact = |share: &str| (total * share.parse::<Decimal>().unwrap()).round_dp(2);
        for (amount, share) in by_milestone.into_iter().zip(["0.3", "0.2"]) {
            assert!(
                (amount - exact(share)).abs() <= "0.02".parse().unwrap(),
                "{amount}"
            );
        }
        assert_eq!(delivery.advance()["left"], "0.00");
        assert_eq!(delivery.status(), "closed", "nothing is owed any more");
        let orders = trade.market.buyer.get("/api/v1/orders").expect(200);
        assert_eq!(orders.body["items"][0]["status"], "closed");
    });
}

#[test]
fn an_advance_that_has_not_come_is_due_with_the_invoice_and_what_is_over_comes_back() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("60");
        let invoice = delivery.bill();
        assert_eq!(invoice.body["deducted"], "0.00");
        assert_eq!(invoice.body["payable"], invoice.body["totals"]["total"]);
        // It comes now: the next invoice catches up, and what nothing nets is given back.
        let agreed = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&agreed, "TRF-1").expect(201);
        let sent = delivery.send(&delivery.stage(0), "40").expect(201);
        delivery.receive(&sent, ["10", "0", "30"]).expect(201);
        let second = delivery.bill();
        assert_eq!(second.body["payable"], "0.00", "it is taken off in full");
        let claim = delivery.claims().remove(0);
        let refuse = format!(
            "/api/v1/claims/{}/refuse-remake",
            claim["id"].as_str().unwrap()
        );
        let etag = delivery.claim(claim["id"].as_str().unwrap()).etag;
        delivery.seller().act(&refuse, &etag).expect(200);
        assert_eq!(delivery.status(), "delivered");
        let left = delivery.advance()["left"].as_str().unwrap().to_owned();
        assert!(decimal(&json!(left)) > Decimal::ZERO);
        let refund = |amount: &str, reference: &str| {
            let body = crate::support::deliveries::payment(amount, reference);
            delivery
                .accountant
                .post(&format!("{}/advance-refunds", delivery.path), body)
        };
        let more = (decimal(&json!(left)) + Decimal::new(1, 2)).to_string();
        refund(&more, "RET-1").refused(409, "over_paid");
        refund(&left, "RET-1").expect(201);
        assert_eq!(
            delivery.status(),
            "delivered",
            "the first invoice is still owed"
        );
        let amount = invoice.body["payable"].as_str().unwrap();
        delivery
            .pay(&delivery.treasurer, &invoice, amount, "INV-1")
            .expect(201);
        assert_eq!(delivery.status(), "closed");
    });
}

#[test]
fn payments_are_recorded_by_who_received_them_to_the_cent() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let bill = format!("{}/invoices", delivery.path);
        delivery
            .buyer()
            .raw("POST", &bill, &[], None)
            .refused(403, "forbidden");
        let invoice = delivery.bill();
        delivery
            .treasurer
            .raw("POST", &bill, &[], None)
            .refused(409, "nothing_to_bill");
        delivery
            .pay(&delivery.accountant, &invoice, "1.00", "A")
            .refused(403, "forbidden");
        let payable = decimal(&invoice.body["payable"]);
        let over = (payable + Decimal::new(1, 2)).to_string();
        delivery
            .pay(&delivery.treasurer, &invoice, &over, "A")
            .refused(409, "over_paid");
        let foreign = json!({"amount": {"amount": "1.00", "currency": "ZAR"}, "paid_on": in_days(0),
            "bank_reference": "A"});
        let path = format!("/api/v1/invoices/{}/payments", invoice.id());
        delivery
            .treasurer
            .post_if(&path, &invoice.etag, foreign)
            .refused(422, "currency_mismatch");
        delivery
            .pay(&delivery.treasurer, &invoice, "1.00", "A")
            .expect(201);
        let now = delivery
            .treasurer
            .get(&format!("/api/v1/invoices/{}", invoice.id()))
            .expect(200);
        delivery
            .pay(&delivery.treasurer, &now, "1.00", "A")
            .refused(409, "duplicate");
        let rest = (payable - Decimal::ONE).to_string();
        delivery
            .pay(&delivery.treasurer, &now, &rest, "B")
            .expect(201);
        let list = delivery
            .accountant
            .get(&format!("{}/payments", delivery.path))
            .expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 2);
        trade
            .market
            .network
            .admin
            .get(&format!("/api/v1/invoices/{}", invoice.id()))
            .refused(404, "not_found");
        assert_eq!(delivery.status(), "closed");
    });
}
