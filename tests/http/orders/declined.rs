//! A co-operative that declines is not penalised: its capacity is free, and the buyer is offered others.
use crate::support::catalogue::ListingSpec;
use crate::support::on_each_database;
use chrono::{TimeDelta, Utc};
use serde_json::json;

#[test]
fn a_dearer_replacement_is_approved_anew() {
    on_each_database(|world| {
        let trade = world.trade();
        let buyer = &trade.market.buyer;
        let confirmed = trade.confirmed("100");
        let need = confirmed.body["need_id"].as_str().unwrap().to_owned();
        // Its floor is above the market: it pays the living wage twice over.
        let (_, dearer) = trade.another_cooperative("Cerámica Cara", "1800000.00");
        let other = world.open_listing(&dearer, &ListingSpec::of(&trade.market.product));

        let issued = trade.market.seller.purchase_order("issued");
        let declined = trade.market.seller.decline(&issued).expect(200);
        assert_eq!(declined.body["status"], "declined");
        assert_eq!(
            declined.body["decline_reason"],
            "The kiln is being repaired."
        );
        assert_eq!(
            trade.reserved(&trade.listing),
            0,
            "its capacity is free again"
        );
        let order = trade.order(&confirmed);
        assert_eq!(order.body["status"], "confirmed");
        assert_eq!(order.body["lines"][0]["status"], "released");
        assert_eq!(order.body["totals"]["total"], "0.00");

        let proposal = trade.offered(&need);
        let allocations = proposal.body["matching"]["allocations"].as_array().unwrap();
        assert_eq!(allocations.len(), 1);
        assert_eq!(
            allocations[0]["listing_id"], other,
            "whoever declined is left out"
        );
        world.work();
        let told = world.mails().into_iter().filter(|mail| {
            mail.to == buyer.email() && mail.text.contains(&format!("/proposals/{}", proposal.id()))
        });
        assert_eq!(told.count(), 1);

        let again = trade.rematch(&order, &proposal).expect(200);
        assert_eq!(again.body["status"], "submitted", "the total changed");
        assert_eq!(again.body["approvals"], json!([]));
        assert!(again.body["revision"].as_i64() > confirmed.body["revision"].as_i64());
        assert_eq!(again.body["share"]["total"], again.body["totals"]["total"]);
        assert_eq!(trade.reserved(&other), 100);
        buyer
            .order_act(&again, "confirm")
            .refused(409, "approvals_missing");
        let approved = trade.approved(&again);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        assert_eq!(confirmed.body["lines"][0]["status"], "replaced");
        assert_eq!(confirmed.body["lines"][1]["status"], "active");
        dearer.accept(&dearer.purchase_order("issued")).expect(200);
    });
}

#[test]
fn a_replacement_at_the_same_price_goes_out_at_once() {
    on_each_database(|world| {
        let trade = world.trade();
        let confirmed = trade.confirmed("100");
        let need = confirmed.body["need_id"].as_str().unwrap().to_owned();
        let (_, peer) = trade.another_cooperative("Cerámica Hermana", "700000.00");
        world.open_listing(&peer, &ListingSpec::of(&trade.market.product));
        let issued = trade.market.seller.purchase_order("issued");
        trade.market.seller.decline(&issued).expect(200);
        let order = trade.order(&confirmed);
        let proposal = trade.offered(&need);
        let replaced = trade.rematch(&order, &proposal).expect(200);
        assert_eq!(replaced.body["status"], "confirmed");
        assert_eq!(replaced.body["revision"], confirmed.body["revision"]);
        assert_eq!(replaced.body["totals"], confirmed.body["totals"]);
        let issued = peer.purchase_order("issued");
        assert_eq!(issued.body["totals"], confirmed.body["totals"]);
        peer.accept(&issued).expect(200);
        let order = trade.order(&replaced);
        // Nothing is left to replace.
        trade.rematch(&order, &proposal).refused(409, "wrong_state");
    });
}

#[test]
fn with_nobody_else_the_need_is_unmet_and_the_order_can_be_cancelled() {
    on_each_database(|world| {
        let trade = world.trade();
        let confirmed = trade.confirmed("100");
        let issued = trade.market.seller.purchase_order("issued");
        trade
            .market
            .buyer
            .act(
                &format!("/api/v1/purchase-orders/{}/accept", issued.id()),
                &issued.etag,
            )
            .refused(403, "forbidden");
        trade.market.seller.decline(&issued).expect(200);
        let need = confirmed.body["need_id"].as_str().unwrap();
        let need = trade
            .market
            .buyer
            .get(&format!("/api/v1/needs/{need}"))
            .expect(200);
        assert_eq!(need.body["status"], "unmet");
        let order = trade.order(&confirmed);
        let path = format!("/api/v1/orders/{}/cancel", order.id());
        let reason = json!({"reason": "Nobody can make them."});
        let cancelled = trade
            .market
            .buyer
            .post_if(&path, &order.etag, reason)
            .expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
    });
}

#[test]
fn what_others_accepted_stands_while_a_part_is_replaced() {
    on_each_database(|world| {
        let (trade, peer) = world.shared_trade();
        let buyer = &trade.market.buyer;
        let confirmed = trade.confirmed("200");
        assert_eq!(
            confirmed.body["purchase_orders"].as_array().unwrap().len(),
            2
        );
        let need = confirmed.body["need_id"].as_str().unwrap().to_owned();
        let kept = peer.accept(&peer.purchase_order("issued")).expect(200);

        let (_, dearer) = trade.another_cooperative("Cerámica Cara", "1800000.00");
        let third = world.open_listing(&dearer, &ListingSpec::of(&trade.market.product));
        let issued = trade.market.seller.purchase_order("issued");
        trade.market.seller.decline(&issued).expect(200);
        let order = trade.order(&confirmed);
        assert_eq!(
            order.body["totals"], kept.body["totals"],
            "what is left is the peer's"
        );
        let again = trade.rematch(&order, &trade.offered(&need)).expect(200);
        assert_eq!(again.body["status"], "submitted");

        // Not taken up after all: what was confirmed stands, and can be matched again.
        let lapsed = buyer.order_act(&again, "withdraw").expect(200);
        assert_eq!(lapsed.body["status"], "confirmed");
        assert_eq!(lapsed.body["totals"], kept.body["totals"]);
        assert_eq!(trade.reserved(&third), 0);
        let path = format!("/api/v1/needs/{need}/proposals");
        buyer.raw("POST", &path, &[], None).expect(201);
        let again = trade.rematch(&lapsed, &trade.offered(&need)).expect(200);
        let approved = trade.approved(&again);
        let confirmed = buyer.order_act(&approved, "confirm").expect(200);
        dearer.accept(&dearer.purchase_order("issued")).expect(200);
        let unchanged = peer.purchase_order("accepted");
        assert_eq!(unchanged.body["totals"], kept.body["totals"]);
        let path = format!(
            "/api/v1/purchase-orders?status=accepted&order_id={}",
            confirmed.id()
        );
        let page = buyer.get(&path).expect(200);
        let accepted = page.body["items"].as_array().unwrap();
        let whole: rust_decimal::Decimal = accepted
            .iter()
            .map(|one| {
                one["totals"]["total"]
                    .as_str()
                    .unwrap()
                    .parse::<rust_decimal::Decimal>()
                    .unwrap()
            })
            .sum();
        assert_eq!(
            whole.to_string(),
            confirmed.body["totals"]["total"].as_str().unwrap()
        );
    });
}

#[test]
fn another_refusal_takes_back_the_replacement_that_waits_for_approvals() {
    on_each_database(|world| {
        let (trade, peer) = world.shared_trade();
        let confirmed = trade.confirmed("200");
        let need = confirmed.body["need_id"].as_str().unwrap().to_owned();
        let (_, dearer) = trade.another_cooperative("Cerámica Cara", "1800000.00");
        let third = world.open_listing(&dearer, &ListingSpec::of(&trade.market.product));
        let issued = trade.market.seller.purchase_order("issued");
        trade.market.seller.decline(&issued).expect(200);
        let pending = trade.rematch(&trade.order(&confirmed), &trade.offered(&need));
        assert_eq!(pending.expect(200).body["status"], "submitted");
        assert!(trade.reserved(&third) > 0);

        peer.decline(&peer.purchase_order("issued")).expect(200);
        let order = trade.order(&confirmed);
        assert_eq!(order.body["status"], "confirmed");
        assert_eq!(order.body["totals"]["total"], "0.00");
        assert_eq!(trade.reserved(&third), 0);
        let again = trade.rematch(&order, &trade.offered(&need)).expect(200);
        assert_eq!(
            trade.reserved(&third),
            200,
            "the whole is offered to the third"
        );
        let approved = trade.approved(&again);
        trade
            .market
            .buyer
            .order_act(&approved, "confirm")
            .expect(200);
        dearer.accept(&dearer.purchase_order("issued")).expect(200);
    });
}

#[test]
fn a_replacement_that_nobody_approves_in_time_lapses_and_what_was_accepted_stands() {
    on_each_database(|world| {
        let (trade, peer) = world.shared_trade();
        let confirmed = trade.confirmed("200");
        let need = confirmed.body["need_id"].as_str().unwrap().to_owned();
        let kept = peer.accept(&peer.purchase_order("issued")).expect(200);
        let (_, dearer) = trade.another_cooperative("Cerámica Cara", "1800000.00");
        let third = world.open_listing(&dearer, &ListingSpec::of(&trade.market.product));
        let issued = trade.market.seller.purchase_order("issued");
        trade.market.seller.decline(&issued).expect(200);
        let pending = trade.rematch(&trade.order(&confirmed), &trade.offered(&need));
        let pending = pending.expect(200);

        // Nobody cancels what a co-operative has accepted, not by this way either.
        let path = format!("/api/v1/orders/{}/cancel", pending.id());
        let reason = json!({"reason": "Too dear."});
        trade
            .market
            .buyer
            .post_if(&path, &pending.etag, reason)
            .refused(409, "wrong_state");
        world.work_at(Utc::now() + TimeDelta::days(10) + TimeDelta::minutes(5));
        let order = trade.order(&confirmed);
        assert_eq!(order.body["status"], "confirmed");
        assert_eq!(order.body["totals"], kept.body["totals"]);
        assert_eq!(order.body["advance"], kept.body["advance"]);
        assert_eq!(trade.reserved(&third), 0);
        assert_eq!(peer.purchase_order("accepted").etag, kept.etag);
    });
}
