//! Call-offs: at the agreed price, within what was committed and its allowance, without another vote.
use crate::support::agreements::{agreement_id, path, tiles};
use crate::support::catalogue::{quote, quotes_path, workplace};
use crate::support::governance::today;
use crate::support::{Response, on_each_database};
use chrono::{Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::agreement_lines;

#[test]
fn of_a_hundred_with_a_tenth_and_sixty_called_off_fifty_may_be_and_not_fifty_one() {
    on_each_database(|world| {
        let deal = world.deal();
        let agreement = deal.in_force(deal.terms("100"));
        let first = deal.call_off(&agreement, "60").expect(201);
        assert_eq!(
            deal.called_off(&agreement),
            ("60".to_owned(), "50".to_owned())
        );
        let refused = deal.call_off(&agreement, "51").refused(409, "over_call");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("50 can still be called off"), "{detail}");
        assert_eq!(refused.pointers(), ["/lines/0/quantity"]);
        let second = deal.call_off(&agreement, "50").expect(201);
        assert_eq!(
            deal.called_off(&agreement),
            ("110".to_owned(), "0".to_owned())
        );
        let none = deal.call_off(&agreement, "1").refused(409, "over_call");
        assert!(
            none.body["detail"]
                .as_str()
                .unwrap()
                .contains(" 0 can still")
        );

        // No vote: each is confirmed, its purchase order is out, its capacity is held.
        assert_eq!(first.body["status"], "confirmed");
        assert_eq!(first.body["approvals"], json!([]));
        assert_eq!(first.body["purchase_orders"].as_array().unwrap().len(), 1);
        assert_eq!(first.body["agreement_id"], agreement.id());
        assert_eq!(first.body["proposal_id"], Value::Null);
        assert_eq!(first.body["need_id"], Value::Null);
        assert_eq!(first.body["lines"][0]["unit_price"], "15295.5");
        // 30 % in advance, the rest within 20 days, as agreed, whatever the rule set says.
        assert_eq!(
            (&first.body["advance_rate"], &first.body["payment_days"]),
            (&json!("0.3"), &json!(20))
        );
        assert_eq!(deal.trade.reserved(&deal.trade.listing), 110);
        let listed = deal.trade.market.buyer.get(&path(&agreement, "call-offs"));
        let listed = listed.expect(200);
        let ids: Vec<&Value> = listed.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        assert_eq!(ids, [&json!(first.id()), &json!(second.id())]);
        // The database knows the bound by itself.
        let line = agreement_lines::table.find((agreement_id(&agreement.id()), 1));
        let over = diesel::update(line)
            .set(agreement_lines::called_off_micro.eq(110_000_001))
            .execute(&mut world.conn());
        assert!(over.is_err(), "a millionth too much");
    });
}

#[test]
fn a_call_off_that_is_cancelled_declined_or_not_answered_gives_its_quantity_back() {
    on_each_database(|world| {
        let deal = world.deal();
        let (buyer, seller) = (&deal.trade.market.buyer, &deal.trade.market.seller);
        let agreement = deal.in_force(deal.terms("100"));
        let all = ("110".to_owned(), "0".to_owned());
        let none = ("0".to_owned(), "110".to_owned());

        let cancelled = deal.call_off(&agreement, "110").expect(201);
        assert_eq!(deal.called_off(&agreement), all);
        let cancel = format!("/api/v1/orders/{}/cancel", cancelled.id());
        let reason = json!({"reason": "The clinic opens later."});
        buyer
            .post_if(&cancel, &cancelled.etag, reason.clone())
            .expect(200);
        assert_eq!(deal.called_off(&agreement), none);

        let declined = deal.call_off(&agreement, "110").expect(201);
        seller.decline(&seller.purchase_order("issued")).expect(200);
        assert_eq!(deal.called_off(&agreement), none);
        let seen = deal.trade.order(&declined);
        assert_eq!(seen.body["status"], "cancelled");
        let why = seen.body["cancelled_reason"].as_str().unwrap();
        assert!(why.contains("The kiln is being repaired."), "{why}");

        let expired = deal.call_off(&agreement, "110").expect(201);
        world.work_at(Utc::now() + TimeDelta::days(6));
        assert_eq!(deal.called_off(&agreement), none);
        assert_eq!(deal.trade.order(&expired).body["status"], "cancelled");
        assert_eq!(deal.trade.reserved(&deal.trade.listing), 0);
        let told = world.mails();
        let came_back = told
            .iter()
            .filter(|mail| mail.to == buyer.email() && mail.subject.contains("came back"));
        assert_eq!(came_back.count(), 2);

        // What was accepted stands, and is cancelled only after a talk.
        let accepted = deal.call_off(&agreement, "110").expect(201);
        seller.accept(&seller.purchase_order("issued")).expect(200);
        let cancel = format!("/api/v1/orders/{}/cancel", accepted.id());
        let now = deal.trade.order(&accepted);
        buyer
            .post_if(&cancel, &now.etag, reason)
            .refused(409, "wrong_state");
        assert_eq!(deal.called_off(&agreement), all);
    });
}

#[test]
fn of_two_call_offs_for_the_last_units_at_once_one_wins() {
    on_each_database(|world| {
        let deal = world.deal();
        let agreement = deal.in_force(deal.terms("100"));
        deal.call_off(&agreement, "60").expect(201);
        let (buyer, calls) = (&deal.trade.market.buyer, path(&agreement, "call-offs"));
        let answers: Vec<Response> = std::thread::scope(|scope| {
            let askers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| buyer.post(&calls, tiles("50"))))
                .collect();
            askers
                .into_iter()
                .map(|asker| asker.join().unwrap())
                .collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 201);
        assert_eq!(won.len(), 1);
        for refused in lost {
            refused.refused(409, "over_call");
        }
        assert_eq!(
            deal.called_off(&agreement),
            ("110".to_owned(), "0".to_owned())
        );
        assert_eq!(deal.trade.reserved(&deal.trade.listing), 110);
    });
}

#[test]
fn outside_its_term_and_after_its_end_nothing_is_called_off() {
    on_each_database(|world| {
        let deal = world.deal();
        let agreement = deal.in_force(deal.terms("100"));
        let days = |count: u64| Days::new(count);
        deal.with_term(&agreement, today() + days(1), today() + days(9));
        let early = deal.call_off(&agreement, "10").refused(409, "wrong_state");
        assert!(early.body["detail"].as_str().unwrap().contains("starts on"));
        // The last day counts.
        deal.with_term(&agreement, today() - days(9), today());
        deal.call_off(&agreement, "10").expect(201);
        deal.with_term(&agreement, today() - days(9), today() - days(1));
        let late = deal.call_off(&agreement, "10").refused(409, "wrong_state");
        assert!(late.body["detail"].as_str().unwrap().contains("ended on"));
        world.work();
        assert_eq!(deal.seen(&agreement).body["status"], "expired");
        deal.call_off(&agreement, "10").refused(409, "wrong_state");

        let other = deal.in_force(deal.terms("100"));
        let reason = json!({"reason": "The clinics were closed."});
        let ended = deal
            .trade
            .market
            .seller
            .post_if(&path(&other, "end"), &other.etag, reason)
            .expect(200);
        assert_eq!(ended.body["ended_reason"], "The clinics were closed.");
        deal.call_off(&other, "10").refused(409, "wrong_state");
    });
}

#[test]
fn the_agreed_price_stays_whatever_the_market_does_and_never_under_the_floor_of_the_day() {
    on_each_database(|world| {
        let deal = world.deal();
        let agreement = deal.in_force(deal.terms("100"));
        let other = deal.in_force(deal.terms("100"));
        let offered = deal.offered(deal.terms("100"));
        let product = &deal.trade.market.product;
        for (at, price) in ["18600", "18850", "19900"].into_iter().enumerate() {
            let body = quote(&format!("shop {at}"), price, "ARS", 0);
            deal.trade
                .market
                .network
                .admin
                .post(&quotes_path(product), body)
                .expect(201);
        }
        let order = deal.call_off(&agreement, "40").expect(201);
        assert_eq!(order.body["lines"][0]["unit_price"], "15295.5");
        // 40 at the market reference of the day of the agreement.
        assert_eq!(order.body["share"]["market"], "594000.00");
        let beyond = deal.call_off(&agreement, "70").expect(201);
        assert_eq!(beyond.body["share"]["market"], "1039500.00");
        let path_of = format!("/api/v1/orders/{}/explanation", order.id());
        let explained = deal.trade.market.buyer.get(&path_of).expect(200);
        let line = &explained.body["lines"][0];
        assert_eq!(line["price_answer"]["market_reference"], "14850.0000000000");
        assert_eq!(line["price_request"]["quantity"], "100");

        // A raise lifts the floor over what was agreed: neither side orders, signs or accepts under it.
        let mut better = workplace(&deal.trade.market.benchmark);
        better["monthly_pay"]["amount"] = json!("1700000.00");
        let seller = &deal.trade.market.seller;
        seller.put("/api/v1/workplace", "\"1\"", better).expect(200);
        let refused = deal.call_off(&other, "10").refused(422, "below_floor");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("14850"), "{detail}");
        assert_eq!(deal.called_off(&other).0, "0");
        deal.treasurer
            .agreement_act(&offered, "sign")
            .refused(422, "below_floor");
    });
}

#[test]
fn a_call_off_is_its_buyer_s_in_whole_lots_where_the_listing_is_sent_and_has_capacity() {
    on_each_database(|world| {
        let deal = world.deal_with("60");
        let agreement = deal.in_force(deal.terms("1000"));
        let calls = path(&agreement, "call-offs");
        let (buyer, seller) = (&deal.trade.market.buyer, &deal.trade.market.seller);
        let ask = |change: &dyn Fn(&mut Value)| {
            let mut body = tiles("10");
            change(&mut body["lines"][0]);
            buyer.post(&calls, body)
        };
        ask(&|line| line["line"] = json!(2)).refused(400, "invalid_input");
        ask(&|line| line["quantity"] = json!("1.5")).refused(422, "quantity_not_offered");
        ask(&|line| line["quantity"] = json!("0")).refused(400, "invalid_input");
        ask(&|line| line["region"] = json!("AR-V")).refused(409, "proposal_stale");
        let sold_out = ask(&|line| line["quantity"] = json!("200"));
        sold_out.refused(409, "sold_out");
        // A refusal holds nothing of the agreement.
        assert_eq!(deal.called_off(&agreement).0, "0");
        seller.post(&calls, tiles("10")).refused(403, "forbidden");
        let other = world.union("Another union", "AR").member(&["buyer"]);
        other.post(&calls, tiles("10")).refused(404, "not_found");
        deal.trade.approvers[0]
            .post(&calls, tiles("10"))
            .refused(403, "forbidden");
        buyer
            .without_key()
            .post(&calls, tiles("10"))
            .refused(400, "idempotency_key_required");
        // Two branches in one call-off, once, however often it is sent.
        let mut both = tiles("20");
        let mut second = both["lines"][0].clone();
        second["region"] = json!("AR-X");
        both["lines"].as_array_mut().unwrap().push(second);
        let keyed = buyer.with_key("two-branches");
        let placed = keyed.post(&calls, both.clone()).expect(201);
        let again = keyed.post(&calls, both).expect(201);
        assert_eq!(placed.id(), again.id());
        assert_eq!(placed.body["lines"].as_array().unwrap().len(), 2);
        assert_eq!(deal.called_off(&agreement).0, "40");
        // It is ordered as it was called off, or not at all.
        let change = format!("/api/v1/orders/{}", placed.id());
        let less = json!({"lines": [{"position": 1, "quantity": "5"}]});
        buyer
            .put(&change, &placed.etag, less)
            .refused(409, "wrong_state");
    });
}

#[test]
fn a_branch_calls_off_under_the_agreement_of_what_it_belongs_to() {
    on_each_database(|world| {
        let deal = world.deal();
        let agreement = deal.in_force(deal.terms("100"));
        let calls = path(&agreement, "call-offs");
        let branch = world.community("Seccional Avellaneda", "AR");
        let delegate = branch.member(&["buyer"]);
        delegate.post(&calls, tiles("10")).refused(404, "not_found");
        let union = &deal.trade.market.union;
        let asked = branch
            .admin
            .post("/api/v1/affiliations", json!({"parent_id": union.id}))
            .expect(201);
        let accept = format!("/api/v1/affiliations/{}/accept", asked.id());
        union.admin.act(&accept, &asked.etag).expect(200);
        let listed = delegate.get("/api/v1/framework-agreements").expect(200);
        assert_eq!(listed.body["items"][0]["id"], agreement.id());

        // It pays for what it calls off, by the rules of the agreement.
        let order = delegate.post(&calls, tiles("10")).expect(201);
        assert_eq!(order.body["buyer"]["name"], "Seccional Avellaneda");
        assert_eq!(order.body["lines"][0]["unit_price"], "15295.5");
        assert_eq!(deal.called_off(&agreement).0, "10");
        let seller = &deal.trade.market.seller;
        let issued = seller.purchase_order("issued");
        assert_eq!(issued.body["buyer"]["name"], "Seccional Avellaneda");
        seller.accept(&issued).expect(200);
        // Terms and signatures stay its union's.
        let stopped = delegate.post_if(
            &path(&agreement, "end"),
            &deal.seen(&agreement).etag,
            json!({"reason": "x"}),
        );
        stopped.refused(403, "forbidden");
    });
}
