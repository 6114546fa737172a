//! Deadlines that pass free the capacity and penalise nobody.
use crate::support::on_each_database;
use chrono::{TimeDelta, Utc};

#[test]
fn a_purchase_order_without_an_answer_expires() {
    on_each_database(|world| {
        let trade = world.trade();
        let confirmed = trade.confirmed("100");
        let issued = trade.market.seller.purchase_order("issued");
        world.work_at(Utc::now() + TimeDelta::days(5) - TimeDelta::minutes(5));
        assert_eq!(
            trade.market.seller.purchase_order("issued").etag,
            issued.etag
        );
        world.work_at(Utc::now() + TimeDelta::days(5) + TimeDelta::minutes(5));
        let expired = trade.market.seller.purchase_order("expired");
        assert_eq!(trade.reserved(&trade.listing), 0);
        trade
            .market
            .seller
            .accept(&expired)
            .refused(409, "wrong_state");
        let order = trade.order(&confirmed);
        assert_eq!(order.body["lines"][0]["status"], "released");
        let told = world
            .mails()
            .into_iter()
            .filter(|mail| mail.to == trade.market.buyer.email() && mail.text.contains("/needs/"));
        assert_eq!(told.count(), 1, "the buyer is told, with nobody to offer");
        let log = trade
            .market
            .cooperative
            .admin
            .get("/api/v1/audit-log?limit=100")
            .expect(200);
        let entries = log.body["items"].as_array().unwrap();
        let entry = entries
            .iter()
            .find(|entry| entry["act"] == "purchase_order.expire")
            .unwrap();
        assert!(entry["person_id"].is_null());
    });
}

#[test]
fn an_order_that_nobody_confirms_is_cancelled() {
    on_each_database(|world| {
        let trade = world.trade();
        let draft = trade.draft("10");
        let submitted = trade.submitted("20");
        let approved = trade.approved(&trade.submitted("30"));
        let confirmed = trade.confirmed("40");
        trade
            .market
            .seller
            .accept(&trade.market.seller.purchase_order("issued"))
            .expect(200);
        assert_eq!(trade.reserved(&trade.listing), 100);
        world.work_at(Utc::now() + TimeDelta::days(10) + TimeDelta::minutes(5));
        for order in [&draft, &submitted, &approved] {
            let now = trade.order(order);
            assert_eq!(now.body["status"], "cancelled");
            assert!(now.body["cancelled_reason"].is_string());
        }
        assert_eq!(trade.order(&confirmed).body["status"], "confirmed");
        assert_eq!(trade.reserved(&trade.listing), 40);
    });
}
