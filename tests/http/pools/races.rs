//! Two acts on one pool at once: one wins, the other is told that it came too late.
use super::{Scene, scene};
use crate::support::on_each_database;
use crate::support::pools::Pool;
use serde_json::{Value, json};

/// Two answers to two calls that start together.
fn at_once(
    first: impl FnOnce() -> crate::support::Response + Send,
    second: impl FnOnce() -> crate::support::Response + Send,
) -> [(u16, Value); 2] {
    let said = |answer: crate::support::Response| (answer.status, answer.body["code"].clone());
    std::thread::scope(|scope| {
        let one = scope.spawn(first);
        let two = scope.spawn(second);
        [said(one.join().unwrap()), said(two.join().unwrap())]
    })
}

#[track_caller]
fn exactly_one(answers: &[(u16, Value); 2]) {
    let won = answers.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!(won, 1, "{answers:?}");
    let lost = answers.iter().find(|(status, _)| *status != 200).unwrap();
    let clean = (lost.0 == 409 && lost.1 == "wrong_state") || (lost.0 == 412 && lost.1 == "stale");
    assert!(clean, "{answers:?}");
}

fn three<'w>(scene: &'w Scene<'w>) -> [&'w crate::support::pools::Buyer<'w>; 3] {
    [&scene.buyers[0], &scene.buyers[1], &scene.buyers[2]]
}

#[test]
fn a_pool_is_closed_or_a_part_changed_but_not_both() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = three(&scene);
        for _ in 0..4 {
            let pool = Pool::open(&paper.client, &scene.listing, None);
            pool.enter(paper, "40", "0");
            pool.enter(rural, "30", "0");
            let pool_etag = pool.seen().etag;
            let part_etag = pool.member(rural).etag;
            let member = &rural.client;
            let part = json!({"quantity": "35", "max_premium_rate": null});
            let path = format!("{}/members/me", pool.path);
            let answers = at_once(
                || pool.opener.act(&format!("{}/close", pool.path), &pool_etag),
                || member.put(&path, &part_etag, part),
            );
            exactly_one(&answers);
            let bought = pool.member(rural).body["bought"].clone();
            match answers[0].0 {
                200 => assert_eq!(bought, "30"),
                _ => assert!(bought.is_null(), "{bought}"),
            }
        }
    });
}

#[test]
fn a_round_is_closed_or_a_bid_entered_but_not_both() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = three(&scene);
        for attempt in 0..4 {
            let pool = Pool::open_bidding(&paper.client, &scene.listing, 3);
            pool.enter(paper, "40", "0");
            pool.enter(rural, "30", "0");
            pool.enter(unemployed, "30", "0");
            pool.close().expect(200);
            if attempt % 2 == 1 {
                // Not enough: the round that follows is not the one that was bid for.
                pool.bid(unemployed, &[(1, "0.00")]).expect(200);
            }
            let etag = pool.seen().etag;
            let bids =
                json!({"bids": [{"round": 1, "amount": {"amount": "5.00", "currency": "ARS"}}]});
            let path = format!("{}/bids/me", pool.path);
            let bidder = &rural.client;
            let answers = at_once(
                || pool.opener.act(&format!("{}/bids/close", pool.path), &etag),
                || bidder.put(&path, "\"0\"", bids),
            );
            exactly_one(&answers);
            let entered = pool.ballot(rural).expect(200).body["bids"].clone();
            let entered = entered.as_array().unwrap().len();
            assert_eq!(entered, usize::from(answers[1].0 == 200));
        }
    });
}

#[test]
fn of_two_votes_and_two_closings_of_one_reader_one_counts() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = three(&scene);
        let pool = Pool::open(&paper.client, &scene.listing, None);
        pool.enter(paper, "40", "0");
        pool.enter(rural, "30", "0");
        let etag = pool.seen().etag;
        let close = || pool.opener.act(&format!("{}/close", pool.path), &etag);
        exactly_one(&at_once(close, close));
        let orders = paper.client.get("/api/v1/orders").expect(200).body;
        assert_eq!(orders["items"].as_array().unwrap().len(), 1);
    });
}
