//! Pools (W4, OR1 to OR4, PR8 to PR11): what buyers agree on, what each pays, and what must never happen: the
//! co-operative receives something else than S × Q, the fund falls below zero, somebody sees another's pool or
//! bid.
mod bidding;
mod closing;
mod deciding;
mod funding;
mod joining;
mod privacy;
mod races;
mod secrets;
mod shares;
mod shortage;
mod steps;
mod terms;
mod tolerance;
mod whole;

use crate::support::catalogue::{ListingSpec, Market};
use crate::support::pools::{Buyer, Fund, Pool};
use crate::support::{Client, World};
use chrono::{TimeDelta, Utc};
use diesel::{ExpressionMethods, RunQueryDsl};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use store::sql::Time;

/// A market with an open listing, three unions and an unemployed movement, and a fund.
pub struct Scene<'w> {
    pub market: Market<'w>,
    pub listing: String,
    pub buyers: Vec<Buyer<'w>>,
    pub fund: Fund,
}

pub fn scene(world: &World) -> Scene<'_> {
    let market = world.market();
    let listing = world.open_listing(&market.seller, &ListingSpec::of(&market.product));
    let buyers = vec![
        world.pool_buyer(&market, "union", "Sindicato del Papel"),
        world.pool_buyer(&market, "union", "Sindicato Rural"),
        world.pool_buyer(
            &market,
            "community",
            "Movimiento de Trabajadores Desocupados",
        ),
    ];
    Scene {
        fund: world.fund(&market.network),
        market,
        listing,
        buyers,
    }
}

pub fn decimal(value: &Value) -> Decimal {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no decimal"))
        .parse()
        .unwrap()
}

/// Unit price times quantity, rounded once, half away from zero.
pub fn s_times_q(unit_price: &Value, quantity: &Value) -> Decimal {
    (decimal(unit_price) * decimal(quantity))
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// What each of them pays of the order, as each of them sees it.
pub fn shares(readers: &[&Client], order: &str) -> Vec<Value> {
    let share = |reader: &&Client| reader.get(order).expect(200).body["share"].clone();
    readers.iter().map(share).collect()
}

pub fn sum(shares: &[Value], part: &str) -> Decimal {
    shares.iter().map(|share| decimal(&share[part])).sum()
}

/// Two approvers of each buyer approve; the status after the last.
pub fn approve_all(buyers: &[&Buyer<'_>], order: &str) -> String {
    let mut approvers = Vec::new();
    for buyer in buyers {
        approvers.push(buyer.org.member(&["approver"]));
        approvers.push(buyer.org.member(&["approver"]));
    }
    approve_each(&approvers, order)
}

/// Two approvers of each buyer and the fund's two stewards approve; the order is approved then.
pub fn approve_with_fund(scene: &Scene<'_>, order: &str) -> String {
    let buyers: Vec<&Buyer<'_>> = scene.buyers.iter().collect();
    approve_all(&buyers, order);
    approve_each(&scene.fund.stewards, order)
}

fn approve_each(approvers: &[Client], order: &str) -> String {
    let mut status = String::new();
    for approver in approvers {
        let present = approver.get(order).expect(200);
        let approved = approver
            .act(&format!("{order}/approve"), &present.etag)
            .expect(200);
        status = approved.body["status"].as_str().unwrap().to_owned();
    }
    status
}

/// The standing's shares in the order of `buyers`.
pub fn by_buyer<'a>(price: &'a Value, buyers: &[Buyer<'_>]) -> Vec<&'a Value> {
    let shares = price["shares"].as_array().unwrap();
    let of = |buyer: &Buyer<'_>| {
        let share = shares
            .iter()
            .find(|share| share["organisation_id"] == buyer.org.id.as_str());
        share.expect("every buyer has a share")
    };
    buyers.iter().map(of).collect()
}

/// Lets a pool's closing time pass.
pub fn end_time(world: &World, pool: &Pool) {
    use store::schema::pools;
    let id: uuid::Uuid = pool.path.rsplit('/').next().unwrap().parse().unwrap();
    let past = Time::from(Utc::now() - TimeDelta::minutes(1));
    let pool = pools::id.eq(store::ids::PoolId::from(id));
    let before = Time::from(Utc::now() - TimeDelta::days(1));
    let moved = diesel::update(diesel::QueryDsl::filter(pools::table, pool))
        .set((
            pools::opens_at.eq(before),
            pools::closes_at.eq(past),
            pools::phase_ends_at.eq(past),
        ))
        .execute(&mut world.conn())
        .unwrap();
    assert_eq!(moved, 1);
}
