//! Pools that the union opens and three other organisations are in.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::Client;
use crate::support::catalogue::ListingSpec;
use crate::support::pools::{Buyer, Pool, pool_body};
use chrono::{DateTime, TimeDelta, Utc};
use ordering::{PoolAct, PoolState};
use serde_json::{Value, json};

/// Pools over a listing that is sold from 100 tiles on.
pub struct Pools<'c> {
    cast: &'c Cast<'c>,
    listing: String,
    members: [Buyer<'c>; 3],
    people: [Person; 1],
}

/// So much of each reaches the minimum.
const ENOUGH: &str = "60";
/// So much of each does not.
const SHORT: &str = "30";

impl<'c> Pools<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let market = &cast.deal.trade.market;
        let spec = ListingSpec::of(&market.product)
            .with("minimum", json!("100"))
            .with("lot", json!("10"))
            .capacity("9000000");
        let member = |kind, name| cast.world.pool_buyer(market, kind, name);
        let members = [
            member("union", "Sindicato del Papel"),
            member("union", "Sindicato Rural"),
            member("community", "Movimiento de Trabajadores Desocupados"),
        ];
        Self {
            cast,
            listing: cast.world.open_listing(&market.seller, &spec),
            people: [Person::new("member buyer", members[0].client.clone())],
            members,
        }
    }

    /// A pool by these terms in which each member has so much.
    fn pooled(&self, bids: bool, quantity: &str) -> Pool {
        let opener = self.cast.buyer();
        let mut terms = pool_body(&self.listing, None);
        if bids {
            terms["mode"] = json!("bidding");
            terms["bid_rounds"] = json!(1);
            terms["bid_round_days"] = json!(2);
        }
        let pool = Pool::open_with(opener, terms);
        for member in &self.members {
            pool.enter(member, quantity, "0");
        }
        pool
    }

    fn of(&self, thing: &Thing) -> Pool {
        Pool {
            path: thing.path.clone(),
            opener: self.cast.buyer().clone(),
        }
    }

    /// The present phase ends by its date; where none does, weeks pass.
    fn pass_date(&self, pool: &Pool) {
        let ends = match &pool.seen().body["phase_ends_at"] {
            Value::String(ends) => ends.parse::<DateTime<Utc>>().unwrap(),
            _ => Utc::now() + TimeDelta::days(30),
        };
        self.cast.world.work_at(ends + TimeDelta::seconds(1));
    }

    fn vote(&self, pool: &Pool, choice: &str) {
        for member in &self.members {
            pool.vote(member, choice).expect(200);
        }
    }

    /// A pool that fell short, or one that is topped up since.
    fn fallen(&self, bids: bool, topped: bool) -> Pool {
        let pool = self.pooled(bids, SHORT);
        self.pass_date(&pool);
        if topped {
            self.vote(&pool, "top_up");
            self.pass_date(&pool);
        }
        pool
    }

    /// A pool in this state whose buyers bid.
    fn bidding(&self, state: PoolState) -> Thing {
        let pool = match state {
            PoolState::ToppingUp => self.fallen(true, true),
            _ => self.pooled(true, ENOUGH),
        };
        if state == PoolState::Bidding {
            pool.close().expect(200);
        }
        Thing::at(pool.path)
    }

    /// A pool in this state that is below its minimum, or below its sum.
    fn short(&self, state: PoolState) -> Thing {
        match state {
            PoolState::Open => Thing::at(self.pooled(false, SHORT).path),
            PoolState::Bidding => {
                let thing = self.bidding(state);
                let pool = self.of(&thing);
                for member in &self.members {
                    pool.bid(member, &[(1, "0.00")]).expect(200);
                }
                thing
            }
            _ => self.make(state),
        }
    }

    /// The members of a pool that is topped up raise their parts.
    fn raised(&self, thing: &Thing, _: &str) {
        let pool = self.of(thing);
        if pool.seen().body["status"] != "topping_up" {
            return;
        }
        for member in &self.members {
            pool.change(member, ENOUGH, "0").expect(200);
            pool.accept(member).expect(200);
        }
    }
}

impl Trial for Pools<'_> {
    type State = PoolState;
    type Act = PoolAct;
    const STATES: &'static [PoolState] = PoolState::ALL;
    const ACTS: &'static [PoolAct] = PoolAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().chain(&self.people).collect()
    }
    fn reader(&self) -> &Client {
        self.cast.buyer()
    }

    fn make(&self, state: PoolState) -> Thing {
        let pool = match state {
            PoolState::Bidding => return self.bidding(state),
            PoolState::Deciding => self.fallen(false, false),
            PoolState::ToppingUp => self.fallen(false, true),
            _ => self.pooled(false, ENOUGH),
        };
        match state {
            PoolState::Closing => self.pass_date(&pool),
            PoolState::Ordered => {
                pool.order();
            }
            PoolState::Cancelled => {
                let etag = pool.seen().etag;
                let cancel = format!("{}/cancel", pool.path);
                self.cast.buyer().act(&cancel, &etag).expect(200);
            }
            _ => {}
        }
        Thing::at(pool.path)
    }

    fn ways(act: PoolAct) -> Vec<Way<Self>> {
        use PoolState as State;
        let opener = |_| -> &'static [&'static str] { &["union buyer"] };
        let close = || {
            Way::request(opener, |_: &Self, by, pool, etag| {
                by.act(&format!("{}/close", pool.path), etag)
            })
        };
        let close_round = || {
            Way::request(opener, |_: &Self, by, pool, etag| {
                by.act(&format!("{}/bids/close", pool.path), etag)
            })
        };
        let date = || Way::time(|pools: &Self, pool| pools.pass_date(&pools.of(pool)));
        match act {
            PoolAct::Close => vec![
                date().once(Pools::raised).given(&[
                    State::Open,
                    State::ToppingUp,
                    State::Closing,
                    State::Ordered,
                    State::Cancelled,
                ]),
                // What its opener ends is ordered at once.
                close()
                    .once(Pools::raised)
                    .then(PoolAct::Order)
                    .given(&[State::Open, State::ToppingUp]),
            ],
            PoolAct::StartBidding => vec![
                close()
                    .on(Pools::bidding)
                    .once(Pools::raised)
                    .given(&[State::Open, State::ToppingUp]),
                date()
                    .on(Pools::bidding)
                    .once(Pools::raised)
                    .given(&[State::Open, State::ToppingUp]),
            ],
            PoolAct::Cover => vec![close_round(), date().given(&[State::Bidding])],
            PoolAct::FallShort => vec![
                date()
                    .on(Pools::short)
                    .given(&[State::Open, State::ToppingUp, State::Bidding]),
                close_round().on(Pools::short).given(&[State::Bidding]),
            ],
            PoolAct::Extend => vec![
                date()
                    .once(|pools, pool, _| pools.vote(&pools.of(pool), "extend"))
                    .given(&[State::Deciding]),
            ],
            PoolAct::TopUp => vec![
                date()
                    .once(|pools, pool, _| pools.vote(&pools.of(pool), "top_up"))
                    .given(&[State::Deciding]),
            ],
            PoolAct::GiveUp => vec![
                date()
                    .once(|pools, pool, _| pools.vote(&pools.of(pool), "cancel"))
                    .given(&[State::Deciding]),
            ],
            PoolAct::Reopen => vec![
                // An open pool is not opened again: it is open for longer.
                Way::request(opener, |_: &Self, by, pool, etag| {
                    let body = json!({"closes_at": Utc::now() + TimeDelta::days(12)});
                    by.post_if(&format!("{}/extend", pool.path), etag, body)
                })
                .given(&[
                    State::ToppingUp,
                    State::Deciding,
                    State::Bidding,
                    State::Closing,
                    State::Ordered,
                    State::Cancelled,
                ]),
            ],
            PoolAct::Order => vec![close().given(&[
                State::Deciding,
                State::Bidding,
                State::Closing,
                State::Ordered,
                State::Cancelled,
            ])],
            PoolAct::Cancel => vec![Way::request(opener, |_: &Self, by, pool, etag| {
                by.act(&format!("{}/cancel", pool.path), etag)
            })],
        }
    }
}
