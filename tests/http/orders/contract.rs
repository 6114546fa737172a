//! From a proposal to an accepted purchase order, and what is kept of it.
use crate::support::on_each_database;
use serde_json::Value;

fn amount(value: &Value) -> rust_decimal::Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_union_orders_approves_and_its_cooperative_accepts() {
    on_each_database(|world| {
        let trade = world.trade();
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);

        let draft = trade.draft("1000");
        assert_eq!(draft.body["status"], "draft");
        assert!(
            draft.body["reference"]
                .as_str()
                .unwrap()
                .ends_with("-000001")
        );
        assert_eq!(
            trade.reserved(&trade.listing),
            1000,
            "capacity is held at once"
        );
        let totals = &draft.body["totals"];
        // 1,000 at 14,850 x 1.03, 350 of freight each, 21 % of both.
        assert_eq!(totals["goods"], "15295500.00");
        assert_eq!(totals["freight"], "350000.00");
        assert_eq!(totals["tax"], "3285555.00");
        assert_eq!(totals["total"], "18931055.00");
        assert_eq!(
            draft.body["advance"], "9465527.50",
            "half in advance, VAT included"
        );
        assert_eq!(draft.body["share"]["total"], totals["total"]);
        assert_eq!(draft.body["share"]["market"], "14850000.00");
        assert_eq!(draft.body["share"]["extra"], "445500.00");

        let submitted = buyer.order_act(&draft, "submit").expect(200);
        assert_eq!(submitted.body["approvals_missing"][0]["persons"], 2);
        let approved = trade.approved(&submitted);
        assert_eq!(approved.body["approvals"].as_array().unwrap().len(), 2);
        assert!(approved.body["approvals"][0]["person"].is_string());
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["status"], "confirmed");
        assert_eq!(confirmed.body["totals"], draft.body["totals"]);
        assert_eq!(
            confirmed.body["purchase_orders"].as_array().unwrap().len(),
            1
        );

        let issued = seller.purchase_order("issued");
        assert!(
            issued.body["reference"]
                .as_str()
                .unwrap()
                .starts_with("PO-")
        );
        assert_eq!(issued.body["totals"], draft.body["totals"]);
        assert_eq!(issued.body["advance"], "9465527.50");
        let accepted = seller.accept(&issued).expect(200);
        assert_eq!(accepted.body["status"], "accepted");
        seller.accept(&accepted).refused(409, "wrong_state");
        assert_eq!(trade.reserved(&trade.listing), 1000);
    });
}

#[test]
fn everybody_who_has_to_know_is_told_and_everything_is_written_down() {
    on_each_database(|world| {
        let trade = world.trade();
        trade.confirmed("100");
        trade
            .market
            .seller
            .accept(&trade.market.seller.purchase_order("issued"))
            .expect(200);
        world.work();
        let mails = world.mails();
        let told = |person: &crate::support::Client, word: &str| {
            mails
                .iter()
                .filter(|mail| mail.to == person.email() && mail.text.contains(word))
                .count()
        };
        for approver in &trade.approvers {
            assert_eq!(told(approver, "/orders/"), 1, "each approver is asked once");
        }
        assert_eq!(
            told(&trade.market.buyer, "/orders/"),
            1,
            "the buyer gets the confirmation"
        );
        assert_eq!(told(&trade.market.seller, "/purchase-orders/"), 1);

        let acts = |admin: &crate::support::Client| -> Vec<String> {
            let log = admin.get("/api/v1/audit-log?limit=100").expect(200);
            let entries = log.body["items"].as_array().unwrap();
            entries
                .iter()
                .map(|entry| entry["act"].as_str().unwrap().to_owned())
                .filter(|act| act.starts_with("order.") || act.starts_with("purchase_order."))
                .collect()
        };
        assert_eq!(
            acts(&trade.market.union.admin),
            [
                "order.place",
                "order.submit",
                "order.approve",
                "order.approve",
                "order.confirm"
            ]
        );
        assert_eq!(
            acts(&trade.market.cooperative.admin),
            ["purchase_order.accept"]
        );
        let log = trade
            .market
            .union
            .admin
            .get("/api/v1/audit-log?limit=100")
            .expect(200);
        let entries = log.body["items"].as_array().unwrap();
        let confirmed = entries
            .iter()
            .find(|entry| entry["act"] == "order.confirm")
            .unwrap();
        assert_eq!(confirmed["before"]["status"], "approved");
        assert_eq!(confirmed["after"]["status"], "confirmed");
        assert!(confirmed["mandate_id"].is_string() && confirmed["person_id"].is_string());
    });
}

#[test]
fn the_price_is_locked_with_its_whole_explanation() {
    on_each_database(|world| {
        let trade = world.trade();
        let market = &trade.market;
        let confirmed = trade.confirmed("1000");
        let path = format!("/api/v1/orders/{}/explanation", confirmed.id());
        let locked = market.buyer.get(&path).expect(200);
        let line = &locked.body["lines"][0];
        let components = line["price_answer"]["components"].as_object().unwrap();
        assert_eq!(components.len(), 10);
        let sum: rust_decimal::Decimal = components.values().map(amount).sum();
        assert_eq!(sum, amount(&confirmed.body["totals"]["goods"]));
        assert_eq!(
            line["price_answer"]["trace"]["quotes_used"]
                .as_array()
                .unwrap()
                .len(),
            3
        );

        // The market moves; the contract does not.
        for (at, price) in ["24600", "24850", "25900"].into_iter().enumerate() {
            let dearer = crate::support::catalogue::quote(&format!("shop {at}"), price, "ARS", 0);
            let quotes = crate::support::catalogue::quotes_path(&market.product);
            market.network.admin.post(&quotes, dearer).expect(201);
        }
        let accepted = market
            .seller
            .accept(&market.seller.purchase_order("issued"))
            .expect(200);
        assert_eq!(accepted.body["totals"], confirmed.body["totals"]);
        assert_eq!(market.buyer.get(&path).expect(200).body, locked.body);
    });
}

#[test]
fn nobody_accepts_what_the_work_costs_more_than_today() {
    on_each_database(|world| {
        let trade = world.trade();
        let market = &trade.market;
        trade.confirmed("1000");
        let issued = market.seller.purchase_order("issued");
        let present = market.seller.get("/api/v1/workplace").expect(200);
        let mut dearer = crate::support::catalogue::workplace(&market.benchmark);
        dearer["monthly_pay"]["amount"] = "1800000.00".into();
        market
            .seller
            .put("/api/v1/workplace", &present.etag, dearer)
            .expect(200);
        let refused = market.seller.accept(&issued).refused(422, "below_floor");
        assert!(refused.body["detail"].as_str().unwrap().contains("14850"));
        assert_eq!(
            market.seller.decline(&issued).expect(200).body["status"],
            "declined"
        );
        assert_eq!(trade.reserved(&trade.listing), 0);
    });
}

#[test]
fn an_order_is_cancelled_until_a_cooperative_has_taken_it() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let cancel = |order: &crate::support::Response| {
            let path = format!("/api/v1/orders/{}/cancel", order.id());
            buyer.post_if(
                &path,
                &order.etag,
                serde_json::json!({"reason": "The hall is sold."}),
            )
        };
        let draft = trade.draft("10");
        let cancelled = cancel(&draft).expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        assert_eq!(cancelled.body["cancelled_reason"], "The hall is sold.");
        assert_eq!(trade.reserved(&trade.listing), 0);
        cancel(&cancelled).refused(409, "wrong_state");

        let confirmed = trade.confirmed("20");
        let cancelled = cancel(&confirmed).expect(200);
        assert_eq!(cancelled.body["purchase_orders"][0]["status"], "cancelled");
        assert_eq!(trade.reserved(&trade.listing), 0);

        let taken = trade.confirmed("30");
        trade
            .market
            .seller
            .accept(&trade.market.seller.purchase_order("issued"))
            .expect(200);
        let refused = cancel(&trade.order(&taken)).refused(409, "wrong_state");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("consultation")
        );
        assert_eq!(trade.reserved(&trade.listing), 30);
    });
}
