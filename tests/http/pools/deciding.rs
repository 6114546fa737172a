//! Below the minimum (OR3): a notice before the date, and a decision of the buyers after it. The opener has no
//! more than its vote.
use super::scene;
use crate::support::catalogue::ListingSpec;
use crate::support::pools::{Buyer, Pool, pool_body};
use crate::support::{World, on_each_database};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How many letters of a pool a buyer has that end in this part of its address.
fn letters(world: &World, pool: &Pool, buyer: &Buyer<'_>, part: &str) -> usize {
    let id = pool.path.rsplit('/').next().unwrap();
    let link = format!("/pools/{id}{part}\n");
    let mails = world.mails().into_iter();
    let mine = mails.filter(|mail| mail.to == buyer.client.email());
    mine.filter(|mail| mail.text.replace("\r\n", "\n").contains(&link))
        .count()
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// Runs the worker just after the pool's state ends.
fn pass_date(world: &World, pool: &Pool) {
    let ends = time(&pool.seen().body["phase_ends_at"]);
    world.work_at(ends - TimeDelta::seconds(1));
    let before = pool.seen().body["phase_ends_at"].clone();
    assert_eq!(time(&before), ends, "nothing ends before its date");
    world.work_at(ends + TimeDelta::seconds(1));
}

/// A listing that is sold from 100 units on, in lots of 10.
fn listing_from_100(scene: &super::Scene<'_>, world: &World) -> String {
    let spec = ListingSpec::of(&scene.market.product)
        .with("minimum", json!("100"))
        .with("lot", json!("10"));
    world.open_listing(&scene.market.seller, &spec)
}

#[test]
fn members_are_told_once_before_the_date_that_the_pool_falls_short() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let listing = listing_from_100(&scene, world);
        let short = Pool::open(&paper.client, &listing, None);
        short.enter(paper, "60", "0");
        let enough = Pool::open(&paper.client, &listing, None);
        enough.enter(rural, "100", "0");
        let broken = Pool::open(&paper.client, &listing, None);
        broken.enter(unemployed, "105", "0");

        let closes = time(&short.seen().body["closes_at"]);
        let told = |pool: &Pool, buyer: &Buyer<'_>| letters(world, pool, buyer, "/standing");
        world.work_at(closes - TimeDelta::hours(49));
        assert_eq!(told(&short, paper), 0, "too early");
        world.work_at(closes - TimeDelta::hours(47));
        assert_eq!((told(&short, paper), told(&short, rural)), (1, 0));
        assert_eq!(
            told(&enough, rural),
            0,
            "it reaches the minimum in whole lots"
        );
        assert_eq!(told(&broken, unemployed), 1, "its last case is not full");
        // Once for each pool, and one that falls short later is found later.
        let leave = format!("{}/members/me/leave", enough.path);
        let etag = enough.member(rural).etag;
        rural.client.act(&leave, &etag).expect(204);
        enough.enter(rural, "50", "0");
        world.work_at(closes - TimeDelta::hours(45));
        assert_eq!((told(&short, paper), told(&enough, rural)), (1, 1));
        let mail = world.mails().into_iter().rev();
        let mut mine = mail.filter(|mail| mail.to == paper.client.email());
        let text = mine
            .find(|mail| mail.text.contains("/standing"))
            .unwrap()
            .text;
        assert!(text.contains("60") && text.contains("100"), "{text}");
    });
}

#[test]
fn its_buyers_decide_what_becomes_of_a_pool_below_the_minimum() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let listing = listing_from_100(&scene, world);
        // All of them end at one moment.
        let terms = pool_body(&listing, None);
        let open = |parts: &[(&Buyer<'_>, &str)]| {
            let pool = Pool::open_with(&paper.client, terms.clone());
            for (buyer, quantity) in parts {
                pool.enter(buyer, quantity, "0");
            }
            pool
        };
        let tie = open(&[(paper, "30"), (rural, "30")]);
        let extended = open(&[(paper, "30"), (rural, "60")]);
        let topped = open(&[(paper, "30"), (rural, "60")]);
        let unvoted = open(&[(paper, "30")]);
        let empty = open(&[]);
        let enough = open(&[(paper, "40"), (rural, "60")]);
        tie.vote(paper, "extend").refused(409, "wrong_state");
        pass_date(world, &tie);

        assert_eq!(
            empty.seen().body["status"],
            "cancelled",
            "nobody could vote"
        );
        assert_eq!(
            enough.seen().body["status"],
            "closing",
            "its opener orders it"
        );
        enough.order();
        opener_cannot_decide_alone(&tie, rural, unemployed);
        assert_eq!(letters(world, &tie, rural, "/decision"), 1);

        // One organisation one vote; it may change until the date.
        let none = format!("{}/votes/me", tie.path);
        paper
            .client
            .put(&none, "\"1\"", json!({"choice": "extend"}))
            .refused(412, "stale");
        tie.vote(paper, "extend").expect(200);
        tie.vote(rural, "extend").expect(200);
        tie.vote(rural, "cancel").expect(200);
        extended.vote(paper, "extend").expect(200);
        extended.vote(rural, "extend").expect(200);
        topped.vote(paper, "top_up").expect(200);
        let decision = rural.client.get(&format!("{}/decision", tie.path));
        let decision = decision.expect(200).body;
        assert_eq!(decision["shortcoming"], "below_minimum");
        assert_eq!(decision["missing_to_minimum"], "40");
        assert_eq!(
            [
                &decision["cancel"],
                &decision["extend"],
                &decision["top_up"]
            ],
            [&json!(1), &json!(1), &json!(0)]
        );
        assert_eq!(decision["voters"], 2);
        pass_date(world, &tie);

        // A tie commits nobody's money, and neither does silence.
        for lost in [&tie, &unvoted] {
            assert_eq!(lost.seen().body["status"], "cancelled");
            assert_eq!(letters(world, lost, paper, ""), 1);
        }
        tie.vote(paper, "extend").refused(409, "wrong_state");
        more_time(&extended, rural, unemployed);
        topping_up(&topped, (paper, rural), unemployed);
    });
}

/// While the buyers decide, the opener neither extends, cancels nor orders, and others have no vote.
fn opener_cannot_decide_alone(pool: &Pool, member: &Buyer<'_>, stranger: &Buyer<'_>) {
    let present = pool.seen();
    assert_eq!(present.body["status"], "deciding");
    assert_eq!(present.body["shortcoming"], "below_minimum");
    let later = json!({"closes_at": Utc::now() + TimeDelta::days(20)});
    pool.opener
        .post_if(&format!("{}/extend", pool.path), &present.etag, later)
        .refused(409, "wrong_state");
    for act in ["cancel", "close"] {
        pool.opener
            .act(&format!("{}/{act}", pool.path), &present.etag)
            .refused(409, "wrong_state");
    }
    let votes = format!("{}/votes/me", pool.path);
    let vote = json!({"choice": "extend"});
    stranger
        .client
        .put(&votes, "\"0\"", vote.clone())
        .refused(404, "not_found");
    let approver = member.org.member(&["approver"]);
    approver
        .put(&votes, "\"0\"", vote)
        .refused(403, "forbidden");
    let word = member
        .client
        .put(&votes, "\"0\"", json!({"choice": "wait"}));
    assert_eq!(word.refused(400, "invalid_input").pointers(), ["/choice"]);
    pool.change(member, "100", "0").refused(409, "wrong_state");
}

/// Extended, the pool is open to others until the new date, and who voted may leave and come back.
fn more_time(pool: &Pool, voter: &Buyer<'_>, newcomer: &Buyer<'_>) {
    let seen = pool.seen().body;
    assert_eq!(seen["status"], "open");
    assert!(seen["shortcoming"].is_null());
    pool.enter(newcomer, "10", "0");
    let leave = format!("{}/members/me/leave", pool.path);
    let etag = pool.member(voter).etag;
    voter.client.act(&leave, &etag).expect(204);
    pool.enter(voter, "60", "0");
    pool.order();
}

/// In a top-up round members raise their parts among themselves.
fn topping_up(pool: &Pool, (paper, rural): (&Buyer<'_>, &Buyer<'_>), stranger: &Buyer<'_>) {
    assert_eq!(pool.seen().body["status"], "topping_up");
    pool.join(stranger, "10", None).refused(404, "not_found");
    let leave = format!("{}/members/me/leave", pool.path);
    let etag = pool.member(rural).etag;
    rural.client.act(&leave, &etag).refused(409, "wrong_state");
    let lower = pool.change(rural, "59", "0").refused(409, "wrong_state");
    assert!(lower.body["detail"].as_str().unwrap().contains("60"));
    pool.close().refused(422, "quantity_not_offered");
    pool.change(paper, "40", "0").expect(200);
    pool.accept(paper).expect(200);
    pool.order();
}

#[test]
fn a_top_up_that_is_not_enough_is_decided_again_and_never_past_the_due_date() {
    on_each_database(|world| {
        let scene = scene(world);
        let paper = &scene.buyers[0];
        let listing = listing_from_100(&scene, world);
        let pool = Pool::open(&paper.client, &listing, None);
        pool.enter(paper, "30", "0");
        let mut rounds = 0;
        while pool.seen().body["status"] != "cancelled" {
            pass_date(world, &pool);
            if pool.seen().body["status"] == "deciding" {
                pool.vote(paper, "top_up").expect(200);
                rounds += 1;
            }
            let closes = time(&pool.seen().body["closes_at"]).date_naive();
            let due = pool.seen().body["due_on"].as_str().unwrap().to_owned();
            assert!(closes <= due.parse().unwrap());
            assert!(rounds < 20, "it ends by its due date");
        }
        assert!(rounds > 2);
    });
}
