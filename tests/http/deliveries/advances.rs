//! The rotating fund: it pays the advance of a buyer without the cash, and has it back (FI3, FI4; W6). It has
//! failed when somebody alone releases it, it has a sixth use, or its balance falls below zero.
use crate::support::deliveries::payment;
use crate::support::on_each_database;
use crate::support::pools::Fund;
use crate::support::{Client, Response};
use serde_json::{Value, json};

fn advance(by: &Client, fund: &Fund, body: Value) -> Response {
    by.post(&format!("{}/advances", fund.path), body)
}

fn act(by: &Client, fund: &Fund, advance: &Response, act: &str) -> Response {
    by.act(
        &format!("{}/advances/{}/{act}", fund.path, advance.id()),
        &advance.etag,
    )
}

#[test]
fn a_fund_pays_a_buyers_advance_and_has_it_back_as_goods_come() {
    on_each_database(|world| {
        let trade = world.trade();
        let fund = world.fund(&trade.market.network);
        fund.deposit("6000000.00");
        // A second union backs the fund with half as much.
        let ally = world.union("Sindicato Aliado", "AR");
        let deposit = json!({"amount": {"amount": "3000000.00", "currency": "ARS"},
            "payer_id": ally.id, "note": "Aporte"});
        let [proposer, second] = &fund.stewards;
        let made = proposer
            .post(&format!("{}/deposits", fund.path), deposit)
            .expect(201);
        let sign = format!("{}/movements/{}/sign", fund.path, made.id());
        second.act(&sign, &made.etag).expect(200);

        let delivery = trade.accepted("1000");
        let of = |amount: &str, used_for: &str| {
            json!({"purchase_order_id": delivery.id(), "payer_id": trade.market.union.id,
                "amount": {"amount": amount, "currency": "ARS"}, "used_for": used_for})
        };
        let stranger = world.fund(&world.network("Otra Red", "AR"));
        advance(
            &stranger.stewards[0],
            &stranger,
            of("100.00", "cooperative"),
        )
        .refused(404, "not_found");
        let refused =
            advance(proposer, &fund, of("100.00", "marketing")).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/used_for"]);
        advance(&trade.market.buyer, &fund, of("100.00", "cooperative")).refused(403, "forbidden");
        advance(proposer, &fund, of("9465527.51", "cooperative")).refused(409, "over_paid");
        advance(proposer, &fund, of("9000000.01", "cooperative")).refused(409, "fund_too_low");
        let held = advance(proposer, &fund, of("9000000.00", "cooperative")).expect(201);
        assert_eq!(
            fund.balance(),
            "0.00",
            "exactly what it holds is granted, and held"
        );
        let parts: Vec<&str> = held.body["backers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["amount"]["amount"].as_str().unwrap())
            .collect();
        let mut sorted = parts.clone();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            ["3000000.00", "6000000.00"],
            "pro rata to what each paid in"
        );

        act(proposer, &fund, &held, "approve").refused(403, "distinct_person_required");
        let once = act(second, &fund, &held, "approve").expect(200);
        assert_eq!(once.body["status"], "proposed");
        act(second, &fund, &once, "approve").refused(409, "duplicate");
        assert_eq!(delivery.advance()["paid"], "0.00");
        let third = trade.market.network.member(&["fund_steward"]);
        let released = act(&third, &fund, &once, "approve").expect(200);
        assert_eq!(released.body["status"], "released");
        act(proposer, &fund, &released, "cancel").refused(409, "wrong_state");
        assert_eq!(
            delivery.advance()["paid"],
            "9000000.00",
            "it is the buyer's advance now"
        );
        assert_eq!(released.body["due"]["amount"], "0.00");

        // As goods come, the buyer owes it to the fund: what was netted, and no interest.
        delivery.deliver("500");
        delivery.bill();
        let one = format!("{}/advances/{}", fund.path, held.id());
        let now = trade.market.buyer.get(&one).expect(200);
        assert_eq!(
            now.body["due"]["amount"], "4732763.75",
            "half of the agreed advance"
        );
        let repay = |amount: &str, reference: &str| {
            let present = proposer.get(&one).expect(200);
            proposer.post_if(
                &format!("{one}/repayments"),
                &present.etag,
                payment(amount, reference),
            )
        };
        repay("4732763.75", "R-1").expect(200);
        repay("1.00", "R-1").refused(409, "duplicate");
        assert_eq!(fund.balance(), "4732763.75");
        repay("4267236.26", "R-2").refused(409, "over_paid");
        let all = repay("4267236.25", "R-2").expect(200);
        assert_eq!(all.body["status"], "repaid");
        assert_eq!(fund.balance(), "9000000.00", "nothing more than was lent");
        repay("0.01", "R-3").refused(409, "wrong_state");
        trade.market.seller.get(&one).refused(404, "not_found");
    });
}

#[test]
fn a_proposal_that_is_taken_back_frees_the_money() {
    on_each_database(|world| {
        let trade = world.trade();
        let fund = world.fund(&trade.market.network);
        fund.deposit("1000.00");
        let delivery = trade.accepted("100");
        let body = json!({"purchase_order_id": delivery.id(), "payer_id": trade.market.union.id,
            "amount": {"amount": "1000.00", "currency": "ARS"}, "used_for": "cooperative"});
        let held = advance(&fund.stewards[0], &fund, body).expect(201);
        let once = act(&fund.stewards[1], &fund, &held, "approve").expect(200);
        act(&fund.stewards[0], &fund, &held, "cancel").refused(412, "stale");
        let cancelled = act(&fund.stewards[0], &fund, &once, "cancel").expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        assert_eq!(fund.balance(), "1000.00");
        act(&fund.stewards[1], &fund, &cancelled, "approve").refused(409, "wrong_state");
        let list = fund.stewards[0]
            .get(&format!("{}/advances", fund.path))
            .expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
    });
}
