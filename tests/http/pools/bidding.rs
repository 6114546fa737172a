//! Secret bids to the sum that the co-operative receives (PR11): guide values, rounds, silence, what is given
//! back.
use super::{Scene, approve_all, decimal, s_times_q, scene, shares, sum};
use crate::support::pools::{Buyer, Pool, pool_body};
use crate::support::{World, on_each_database};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A pool of 100, 60 and 40 units whose first round is open.
fn bidding(scene: &Scene<'_>, rounds: u32) -> Pool {
    let [paper, rural, unemployed] = &scene.buyers[..] else {
        panic!("three buyers")
    };
    let pool = Pool::open_bidding(&paper.client, &scene.listing, rounds);
    pool.enter(paper, "100", "0");
    pool.enter(rural, "60", "0");
    pool.enter(unemployed, "40", "0");
    let begun = pool.close().expect(200);
    assert_eq!(begun.body["status"], "bidding");
    assert_eq!(begun.body["bidding"]["round"], 1);
    assert_eq!(begun.body["bidding"]["sufficient"], false);
    pool
}

fn guide(pool: &Pool, buyer: &Buyer<'_>) -> Decimal {
    decimal(&pool.ballot(buyer).expect(200).body["guide"]["amount"])
}

fn guides(scene: &Scene<'_>, pool: &Pool) -> Vec<Decimal> {
    scene
        .buyers
        .iter()
        .map(|buyer| guide(pool, buyer))
        .collect()
}

/// Part of an amount, cut down to the cent.
fn part(amount: Decimal, percent: i64) -> String {
    let part = amount * Decimal::new(percent, 2);
    let mut part = part.trunc_with_scale(2);
    part.rescale(2);
    part.to_string()
}

#[test]
fn who_is_silent_bids_the_guide_value_and_all_guide_values_are_the_sum() {
    on_each_database(|world| {
        let scene = scene(world);
        let paper = &scene.buyers[0];
        let pool = bidding(&scene, 3);
        let standing = pool.standing();
        let price = &standing["price"];
        let whole = s_times_q(&price["unit_price"], &standing["quantity"]);
        let guides = guides(&scene, &pool);
        assert_eq!(guides.iter().sum::<Decimal>(), whole);
        // In proportion to quantity, to the cent.
        for (guide, quantity) in guides.iter().zip([100, 60, 40]) {
            let exact = whole * Decimal::from(quantity) / Decimal::from(200);
            assert!((exact - guide).abs() < Decimal::new(2, 2), "{guide}");
        }
        let covered = pool.close_round().expect(200);
        assert_eq!(covered.body["status"], "closing");
        assert_eq!(covered.body["bidding"]["sufficient"], true);
        for (buyer, guide) in scene.buyers.iter().zip(&guides) {
            let ballot = pool.ballot(buyer).expect(200).body;
            assert_eq!(decimal(&ballot["payment"]["amount"]), *guide);
            assert_eq!(ballot["bids"], json!([]));
        }
        let order = pool.order();
        let seen = paper.client.get(&order).expect(200).body;
        assert_eq!(decimal(&seen["totals"]["goods"]), whole);
    });
}

#[test]
fn a_round_that_is_not_enough_is_followed_by_the_next_and_what_is_above_is_given_back() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = bidding(&scene, 3);
        let own = guides(&scene, &pool);
        // The movement can pay nothing, the rural union two thirds; the third is silent.
        pool.bid(unemployed, &[(1, "0.00")]).expect(200);
        pool.bid(rural, &[(1, &part(own[1], 66))]).expect(200);
        let next = pool.close_round().expect(200);
        assert_eq!(next.body["status"], "bidding");
        assert_eq!(
            next.body["bidding"],
            json!({"rounds": 3, "round_days": 2, "round": 2, "sufficient": false})
        );
        // A round that is over is over.
        pool.bid(rural, &[(1, "1.00")]).refused(409, "wrong_state");
        let kept = pool.ballot(rural).expect(200).body;
        assert_eq!(kept["bids"][0]["amount"]["amount"], part(own[1], 66));

        let bids = [part(own[0], 150), part(own[1], 95), "0.01".to_owned()];
        for (buyer, bid) in scene.buyers.iter().zip(&bids) {
            pool.bid(buyer, &[(2, bid)]).expect(200);
        }
        let covered = pool.close_round().expect(200);
        assert_eq!(covered.body["bidding"]["sufficient"], true);
        let order = pool.order();
        let seen = paper.client.get(&order).expect(200).body;
        let line = &seen["lines"][0];
        let whole = s_times_q(&line["unit_price"], &line["quantity"]);
        let clients = [&paper.client, &rural.client, &unemployed.client];
        let paid = shares(&clients, &order);
        // Fails if: co-op receipt differs from S x Q.
        assert_eq!(sum(&paid, "market") + sum(&paid, "extra"), whole);
        assert_eq!(sum(&paid, "total"), decimal(&seen["totals"]["total"]));
        let sum_of_bids: Decimal = bids.iter().map(|bid| bid.parse::<Decimal>().unwrap()).sum();
        assert!(sum_of_bids > whole);
        for ((share, bid), buyer) in paid.iter().zip(&bids).zip(&scene.buyers) {
            let goods = decimal(&share["market"]) + decimal(&share["extra"]);
            let bid: Decimal = bid.parse().unwrap();
            assert!(goods <= bid, "nobody pays more than its bid");
            // Given back in proportion to the bids, to the cent.
            assert!((bid * whole / sum_of_bids - goods).abs() < Decimal::new(2, 2));
            let ballot = pool.ballot(buyer).expect(200).body;
            assert_eq!(decimal(&ballot["payment"]["amount"]), goods);
            assert!(decimal(&share["market"]) >= Decimal::ZERO);
            assert!(decimal(&share["extra"]) >= Decimal::ZERO);
        }
        // Who pays less than its goods at the market pays no extra: the others carry it.
        assert_eq!(decimal(&paid[2]["extra"]), Decimal::ZERO);
        assert_eq!(
            approve_all(&scene.buyers.iter().collect::<Vec<_>>(), &order),
            "approved"
        );
    });
}

#[test]
fn of_prepared_rounds_the_lowest_that_is_enough_holds() {
    on_each_database(|world| {
        let scene = scene(world);
        let pool = bidding(&scene, 4);
        let own = guides(&scene, &pool);
        for (buyer, guide) in scene.buyers.iter().zip(&own) {
            let bids = [60, 80, 110, 140].map(|percent| part(*guide, percent));
            let bids: Vec<(u32, &str)> = (1..).zip(bids.iter().map(String::as_str)).collect();
            pool.bid(buyer, &bids).expect(200);
        }
        // Everybody has prepared all rounds: none of them waits for its date.
        let covered = pool.close_round().expect(200);
        assert_eq!(covered.body["status"], "closing");
        assert_eq!(covered.body["bidding"]["round"], 3);
        for (buyer, guide) in scene.buyers.iter().zip(&own) {
            let paid = decimal(&pool.ballot(buyer).expect(200).body["payment"]["amount"]);
            assert!((paid - guide).abs() < Decimal::new(3, 2), "all bid alike");
        }
    });
}

#[test]
fn bids_that_cannot_be_are_refused() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let early = Pool::open_bidding(&paper.client, &scene.listing, 2);
        early.enter(rural, "10", "0");
        early.ballot(rural).refused(409, "wrong_state");
        early.close_round().refused(409, "wrong_state");
        let two = early.close().refused(409, "wrong_state");
        assert!(two.body["detail"].as_str().unwrap().contains('3'));

        let pool = bidding(&scene, 2);
        let refused = |bids: &[(u32, &str)], pointer: &str| {
            let answer = pool.bid(rural, bids).refused(400, "invalid_input");
            assert_eq!(answer.pointers(), [pointer], "{bids:?}");
        };
        refused(&[(3, "1.00")], "/bids/0/round");
        refused(&[(0, "1.00")], "/bids/0/round");
        refused(&[(1, "-0.01")], "/bids/0/amount");
        refused(&[(1, "0.001")], "/bids/0/amount/amount");
        refused(&[(1, "99999999999.00")], "/bids/0/amount");
        refused(&[(1, "2.00"), (2, "1.99")], "/bids");
        refused(&[(1, "2.00"), (1, "2.00")], "/bids");
        let path = format!("{}/bids/me", pool.path);
        let rand = json!({"bids": [{"round": 1, "amount": {"amount": "1", "currency": "ZAR"}}]});
        let answer = rural.client.put(&path, "\"0\"", rand);
        assert_eq!(
            answer.refused(400, "invalid_input").pointers(),
            ["/bids/0/amount"]
        );
        // Both sides of the bound: the whole sum can be bid, a cent more cannot.
        let price = pool.standing()["price"].clone();
        let target = decimal(&price["cooperative_receives"]["amount"]);
        let more = (target + Decimal::new(1, 2)).to_string();
        refused(&[(1, more.as_str())], "/bids/0/amount");
        let bid = pool
            .bid(rural, &[(1, target.to_string().as_str())])
            .expect(200);
        let empty = json!({"bids": []});
        rural
            .client
            .put(&path, "\"0\"", empty.clone())
            .refused(412, "stale");
        rural
            .client
            .put(&path, &bid.etag, empty.clone())
            .expect(200);
        let approver = rural.org.member(&["approver"]);
        let etag = pool.ballot(rural).expect(200).etag;
        approver
            .put(&path, &etag, empty.clone())
            .refused(403, "forbidden");
        scene
            .market
            .buyer
            .put(&path, "\"0\"", empty)
            .refused(404, "not_found");
        // Parts are fixed while buyers bid.
        pool.change(rural, "61", "0").refused(409, "wrong_state");
        pool.join(rural, "1", None).refused(409, "wrong_state");

        let mut terms = pool_body(&scene.listing, Some(&scene.fund));
        terms["mode"] = json!("bidding");
        let answer = paper.client.post("/api/v1/pools", terms.clone());
        assert_eq!(
            answer.refused(400, "invalid_input").pointers(),
            ["/fund_id"]
        );
        terms["fund_id"] = Value::Null;
        for (field, wrong) in [
            ("bid_rounds", 11),
            ("bid_round_days", 31),
            ("bid_rounds", 0),
        ] {
            let mut terms = terms.clone();
            terms[field] = json!(wrong);
            let answer = paper.client.post("/api/v1/pools", terms);
            let pointer = format!("/{field}");
            assert_eq!(answer.refused(400, "invalid_input").pointers(), [pointer]);
        }
        terms["bid_rounds"] = json!(10);
        terms["bid_round_days"] = json!(30);
        let answer = paper.client.post("/api/v1/pools", terms);
        assert_eq!(
            answer.refused(400, "invalid_input").pointers(),
            ["/closes_at"]
        );
    });
}

fn pass_date(world: &World, pool: &Pool) -> String {
    let ends = pool.seen().body["phase_ends_at"].clone();
    let ends: DateTime<Utc> = ends.as_str().unwrap().parse().unwrap();
    world.work_at(ends + TimeDelta::seconds(1));
    pool.seen().body["status"].as_str().unwrap().to_owned()
}

#[test]
fn dates_open_and_end_rounds_and_after_the_last_the_buyers_decide() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open_bidding(&paper.client, &scene.listing, 2);
        pool.enter(paper, "100", "0");
        pool.enter(rural, "60", "0");
        assert_eq!(pass_date(world, &pool), "deciding");
        assert_eq!(pool.seen().body["shortcoming"], "too_few_bidders");
        pool.vote(rural, "extend").expect(200);
        assert_eq!(pass_date(world, &pool), "open");
        pool.enter(unemployed, "40", "0");
        assert_eq!(pass_date(world, &pool), "bidding");
        let id = pool.path.rsplit('/').next().unwrap();
        let told = world
            .mails()
            .into_iter()
            .filter(|mail| mail.to == unemployed.client.email() && mail.text.contains(id));
        assert_eq!(told.count(), 1, "that bids are asked for");

        pool.bid(unemployed, &[(1, "0.00"), (2, "0.00")])
            .expect(200);
        assert_eq!(pass_date(world, &pool), "bidding");
        assert_eq!(pool.seen().body["bidding"]["round"], 2);
        assert_eq!(pass_date(world, &pool), "deciding");
        assert_eq!(pool.seen().body["shortcoming"], "bids_insufficient");
        // What was bid is nobody's any more: the next bidding starts anew.
        pool.ballot(unemployed).refused(409, "wrong_state");
        pool.vote(paper, "top_up").expect(200);
        assert_eq!(pass_date(world, &pool), "topping_up");
        pool.change(paper, "120", "0").expect(200);
        pool.accept(paper).expect(200);
        let begun = pool.close().expect(200);
        assert_eq!(begun.body["status"], "bidding");
        let anew = pool.ballot(unemployed).expect(200);
        assert_eq!(anew.body["bids"], json!([]));
        assert!(anew.etag.starts_with("\"0-"));
        assert_eq!(pass_date(world, &pool), "closing");
        pool.order();
    });
}
