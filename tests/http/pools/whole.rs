//! W4 from all sides: a federation pools for its branches and an unemployed movement, once by ability with a fund
//! and once by secret bids. It has failed if the co-operative receives something else than S × Q, the fund falls
//! below zero, or a buyer sees another's bid.
use super::{Scene, approve_all, decimal, s_times_q, scene, shares, sum};
use crate::support::catalogue::ListingSpec;
use crate::support::pools::{Pool, pool_body};
use crate::support::{Client, World, on_each_database};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn pass_date(world: &World, pool: &Pool) {
    let ends = pool.seen().body["phase_ends_at"].clone();
    let ends: DateTime<Utc> = ends.as_str().unwrap().parse().unwrap();
    world.work_at(ends + TimeDelta::seconds(1));
}

/// A listing with a smallest order of 300, in cases of 20.
fn listing(world: &World, scene: &Scene<'_>) -> String {
    let spec = ListingSpec::of(&scene.market.product)
        .with("minimum", json!("300"))
        .with("lot", json!("20"));
    world.open_listing(&scene.market.seller, &spec)
}

#[test]
fn a_federation_pools_by_ability_with_an_access_tier() {
    on_each_database(|world| {
        let scene = scene(world);
        let [federation, branch, movement] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let listing = listing(world, &scene);
        // 1. The federation opens the pool: dates, and who bears a shortage.
        let mut terms = pool_body(&listing, Some(&scene.fund));
        terms["shortage_rule"] = json!("need_weighted");
        let pool = Pool::open_with(&federation.client, terms);
        // 2. Branches enter quantity and tolerance; 5. the movement joins at ability 0.
        pool.enter(federation, "150", "5");
        pool.enter(branch, "70", "10");
        let part = json!({"quantity": "60", "tolerance": "0", "max_premium_rate": "0"});
        movement
            .client
            .post(&format!("{}/members", pool.path), part)
            .expect(201);
        let weights = json!({"ability": "0", "need_weight": "3"});
        let ability = format!("{}/members/{}/ability", pool.path, movement.org.id);
        let etag = pool.member(movement).etag;
        federation.client.put(&ability, &etag, weights).expect(200);
        pool.accept(movement).expect(200);
        // 3. The live view: 140 + 80 + 60 are 20 under the minimum.
        let standing = pool.standing();
        assert_eq!(standing["quantity"], "280");
        assert_eq!(standing["missing_to_minimum"], "20");
        assert_eq!(standing["next_step"]["missing"], "720");
        // 6. Its date passes: the buyers choose a top-up round.
        pass_date(world, &pool);
        pool.vote(federation, "top_up").expect(200);
        pool.vote(branch, "top_up").expect(200);
        pool.vote(movement, "cancel").expect(200);
        pass_date(world, &pool);
        pool.change(federation, "170", "0").expect(409);
        pool.change(federation, "170", "10").expect(200);
        pool.accept(federation).expect(200);
        assert_eq!(pool.standing()["quantity"], "320");
        pass_date(world, &pool);
        assert_eq!(pool.seen().body["status"], "closing");
        order_and_confirm(&scene, &pool);
    });
}

/// 7. One order to the co-operative, one contract for each buyer, lines that add up exactly.
fn order_and_confirm(scene: &Scene<'_>, pool: &Pool) {
    let federation = &scene.buyers[0];
    // The others carry the movement's extra: nothing is asked of the fund, which holds nothing.
    let order = pool.order();
    assert_eq!(scene.fund.balance(), "0.00");
    let clients: Vec<&Client> = scene.buyers.iter().map(|buyer| &buyer.client).collect();
    let paid = shares(&clients, &order);
    assert_eq!(decimal(&paid[2]["extra"]), Decimal::ZERO);
    let buyers: Vec<_> = scene.buyers.iter().collect();
    assert_eq!(approve_all(&buyers, &order), "approved");
    let present = federation.client.get(&order).expect(200);
    let confirmed = federation
        .client
        .act(&format!("{order}/confirm"), &present.etag)
        .expect(200);
    let line = &confirmed.body["lines"][0];
    let whole = s_times_q(&line["unit_price"], &line["quantity"]);
    let issued = confirmed.body["purchase_orders"].as_array().unwrap();
    assert_eq!(issued.len(), 1);
    let path = format!(
        "/api/v1/purchase-orders/{}",
        issued[0]["id"].as_str().unwrap()
    );
    let seen = scene.market.seller.get(&path).expect(200);
    // Fails if: co-op receipt differs from S x Q.
    assert_eq!(decimal(&seen.body["totals"]["goods"]), whole);
    assert_eq!(sum(&paid, "market") + sum(&paid, "extra"), whole);
    assert_eq!(sum(&paid, "total"), decimal(&seen.body["totals"]["total"]));
    let contracts: Vec<Value> = clients
        .iter()
        .map(|client| pool.contracts(client).remove(0))
        .collect();
    for (contract, share) in contracts.iter().zip(&paid) {
        assert_eq!(
            decimal(&contract["total"]["amount"]),
            decimal(&share["total"])
        );
        assert_eq!(contract["status"], "confirmed");
        assert_eq!(
            contract["cooperative_id"],
            scene.market.cooperative.id.as_str()
        );
    }
    scene
        .market
        .seller
        .act(&format!("{path}/accept"), &seen.etag)
        .expect(200);
}

#[test]
fn the_same_by_secret_bids() {
    on_each_database(|world| {
        let scene = scene(world);
        let [federation, branch, movement] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let listing = listing(world, &scene);
        let pool = Pool::open_bidding(&federation.client, &listing, 2);
        pool.enter(federation, "150", "10");
        pool.enter(branch, "80", "0");
        pool.enter(movement, "60", "0");
        pass_date(world, &pool);
        // 4. Secret bids in rounds until the sum covers S x Q; the branch is silent.
        let mine = |buyer| decimal(&pool.ballot(buyer).expect(200).body["guide"]["amount"]);
        let target = mine(federation) + mine(branch) + mine(movement);
        let rest = (target - mine(branch) - Decimal::ONE).to_string();
        pool.bid(movement, &[(1, "0.00"), (2, "1.00")]).expect(200);
        pass_date(world, &pool);
        assert_eq!(pool.seen().body["bidding"]["round"], 2);
        // One peso of the movement, and the federation carries the rest: exactly enough.
        pool.bid(federation, &[(2, rest.as_str())]).expect(200);
        pass_date(world, &pool);
        assert_eq!(pool.seen().body["status"], "closing");
        let paid = &pool.ballot(federation).expect(200).body["payment"]["amount"];
        assert_eq!(paid, &json!(rest));
        order_and_confirm(&scene, &pool);
    });
}
