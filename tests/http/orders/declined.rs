//! A co-operative that declines is not penalised: its capacity is free, and the buyer is offered others.
use crate::support::catalogue::ListingSpec;
use crate::support::{Response, on_each_database, orders::Trade};
use serde_json::json;

/// The proposal that the buyer was told of.
fn offered(trade: &Trade<'_>, need: &str) -> Response {
    let path = format!("/api/v1/needs/{need}/proposals?limit=100");
    let page = trade.market.buyer.get(&path).expect(200);
    let items = page.body["items"].as_array().unwrap();
    let open = items
        .iter()
        .find(|one| one["status"] == "open")
        .expect("a new proposal");
    let path = format!("/api/v1/proposals/{}", open["id"].as_str().unwrap());
    trade.market.buyer.get(&path).expect(200)
}

fn rematch(trade: &Trade<'_>, order: &Response, proposal: &Response) -> Response {
    let path = format!("/api/v1/orders/{}/rematch", order.id());
    let body = json!({"proposal_id": proposal.id()});
    trade.market.buyer.post_if(&path, &order.etag, body)
}

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

        let proposal = offered(&trade, &need);
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

        let again = rematch(&trade, &order, &proposal).expect(200);
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
        let replaced = rematch(&trade, &order, &offered(&trade, &need)).expect(200);
        assert_eq!(replaced.body["status"], "confirmed");
        assert_eq!(replaced.body["revision"], confirmed.body["revision"]);
        assert_eq!(replaced.body["totals"], confirmed.body["totals"]);
        let issued = peer.purchase_order("issued");
        assert_eq!(issued.body["totals"], confirmed.body["totals"]);
        peer.accept(&issued).expect(200);
        let order = trade.order(&replaced);
        rematch(&trade, &order, &offered_or_self(&trade, &need, &order))
            .refused(409, "wrong_state");
    });
}

/// Nothing is left to replace: any proposal will do to be told so.
fn offered_or_self(trade: &Trade<'_>, need: &str, order: &Response) -> Response {
    let path = format!("/api/v1/needs/{need}/proposals?limit=100");
    let page = trade.market.buyer.get(&path).expect(200);
    assert_eq!(page.body["items"][0]["status"], "accepted");
    let path = format!(
        "/api/v1/proposals/{}",
        order.body["proposal_id"].as_str().unwrap()
    );
    trade.market.buyer.get(&path).expect(200)
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
        // Two co-operatives share the work; a third, dearer, comes later.
        let trade = world.trade_with("60");
        let buyer = &trade.market.buyer;
        let (_, peer) = trade.another_cooperative("Cerámica Hermana", "700000.00");
        let of_peer = ListingSpec::of(&trade.market.product).capacity("60");
        world.open_listing(&peer, &of_peer);
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
        let again = rematch(&trade, &order, &offered(&trade, &need)).expect(200);
        assert_eq!(again.body["status"], "submitted");

        // Not taken up after all: what was confirmed stands, and can be matched again.
        let lapsed = buyer.order_act(&again, "withdraw").expect(200);
        assert_eq!(lapsed.body["status"], "confirmed");
        assert_eq!(lapsed.body["totals"], kept.body["totals"]);
        assert_eq!(trade.reserved(&third), 0);
        let path = format!("/api/v1/needs/{need}/proposals");
        buyer.raw("POST", &path, &[], None).expect(201);
        let again = rematch(&trade, &lapsed, &offered(&trade, &need)).expect(200);
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
