//! Buying pools: opening, joining, abilities that are proposed and accepted, what it would pay, what its buyers
//! decide and bid, closing, contracts.
mod abilities;
mod act;
mod bids;
mod close;
mod contracts;
mod decision;
mod get;
mod join;
mod list;
mod members;
mod open;
mod part;
mod propose;
mod shortage_rule;
mod standing;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use ordering::PoolState;
use ordering::pool::Shortcoming;
use serde::Serialize;
use store::ids::{FundId, OrderId};
use store::pools::members::Member;
use store::pools::pool::{Pool, Sharing};
use store::pools::seen::SeenPool;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open::open)
        .service(list::list)
        .service(get::get)
        .service(standing::get)
        .service(act::extend)
        .service(act::cancel)
        .service(shortage_rule::set)
        .service(close::close)
        .service(decision::get)
        .service(decision::mine)
        .service(decision::vote)
        .service(bids::mine)
        .service(bids::enter)
        .service(bids::close_round)
        .service(contracts::list)
        .service(propose::propose)
        .service(join::join)
        .service(members::list)
        .service(part::change)
        .service(part::accept)
        .service(part::leave)
        .service(members::get)
        .service(abilities::propose);
}

/// A pool. Those who can join it see what they need to decide; its opener and members see all of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolView {
    id: Uuid,
    /// Who opened it: asks others to join, proposes their abilities, places the order.
    opened_by: Uuid,
    #[schema(example = "Guardapolvos para el comienzo de clases")]
    title: String,
    listing_id: Uuid,
    cooperative_id: Uuid,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    /// By when it has to be there.
    due_on: NaiveDate,
    /// open, `topping_up` (members raise their parts), deciding (it fell short, and its buyers vote), bidding (a
    /// round of secret bids is open), closing (it can be ordered), ordered or cancelled.
    #[schema(example = "open")]
    status: &'static str,
    /// From when on buyers join.
    opens_at: DateTime<Utc>,
    /// Until when buyers join and change their parts.
    closes_at: DateTime<Utc>,
    /// Days by which its buyers may extend it, or top it up, where it falls short.
    #[schema(example = 7)]
    extension_days: i32,
    /// How a delivery that falls short is shared: proportional (to what each bought), `need_weighted` (to that
    /// times its need weight) or `by_time` (who entered its present part first is served first). Fixed once
    /// anybody has joined.
    #[schema(example = "proportional")]
    shortage_rule: &'static str,
    /// How its price is shared: ability or bidding.
    #[schema(example = "ability")]
    mode: &'static str,
    /// Where its buyers bid: by which rules, and how far they are.
    bidding: Option<PoolBiddingView>,
    /// Why it fell short, where it did: `below_minimum`, `too_few_bidders`, `bids_insufficient` or `no_price`.
    #[schema(example = "below_minimum")]
    shortcoming: Option<&'static str>,
    /// When its state ends by itself: its time to join, its buyers' vote, or a round of bids; null where it waits
    /// for its opener or is over.
    phase_ends_at: Option<DateTime<Utc>>,
    /// Whether you are in it or opened it: the two below are for you then.
    member: bool,
    /// The fund that pays what the buyers' caps leave.
    fund_id: Option<Uuid>,
    /// What came of it.
    order_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<SeenPool> for PoolView {
    fn from(SeenPool { pool, inside }: SeenPool) -> Self {
        let bidding = PoolBiddingView::of(&pool);
        let offer = pool.offer;
        Self {
            id: pool.id.uuid(),
            opened_by: pool.opener.uuid(),
            title: offer.title,
            listing_id: offer.listing.uuid(),
            cooperative_id: pool.cooperative.uuid(),
            region: offer.region,
            due_on: offer.due_on,
            status: pool.state.as_str(),
            opens_at: offer.opens_at.utc(),
            closes_at: offer.closes_at.utc(),
            extension_days: offer.extension_days,
            shortage_rule: offer.shortage_rule.as_str(),
            mode: offer.sharing.mode().as_str(),
            bidding,
            shortcoming: pool.shortcoming.map(Shortcoming::as_str),
            phase_ends_at: pool.phase_ends_at.map(Time::utc),
            member: inside,
            fund_id: offer.fund.filter(|_| inside).map(FundId::uuid),
            order_id: pool.order.filter(|_| inside).map(OrderId::uuid),
            created_at: pool.created_at.utc(),
        }
    }
}

/// The rounds of a pool whose buyers bid.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolBiddingView {
    /// Rounds at most.
    #[schema(example = 3)]
    rounds: i32,
    /// Days that each is open.
    #[schema(example = 3)]
    round_days: i32,
    /// The round that is open, or that was enough; null before the first. Rounds before it were not enough.
    #[schema(example = 2)]
    round: Option<u32>,
    /// Whether that round was enough.
    sufficient: bool,
}

impl PoolBiddingView {
    fn of(pool: &Pool) -> Option<Self> {
        let Sharing::Bidding { rounds, round_days } = pool.offer.sharing else {
            return None;
        };
        let covered = matches!(pool.state, PoolState::Closing | PoolState::Ordered);
        Some(Self {
            rounds,
            round_days,
            round: pool.bids.map(|bids| bids.round),
            sufficient: covered && pool.bids.is_some(),
        })
    }
}

/// A buyer in a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolMemberView {
    pool_id: Uuid,
    organisation_id: Uuid,
    /// What it asks for, in the product's unit.
    #[schema(example = "500")]
    quantity: DecimalText,
    /// What it would take beyond that, to fill a case or the pool's minimum.
    #[schema(example = "20")]
    tolerance: DecimalText,
    /// What it buys, in whole cases; null while parts change.
    #[schema(example = "504")]
    bought: Option<DecimalText>,
    /// When it entered the present quantity and tolerance.
    entered_at: DateTime<Utc>,
    /// Ability to pay, as the opener proposes it; only the proportions count, 0 pays no extra.
    #[schema(example = "1")]
    ability: DecimalText,
    /// Its need, as the opener proposes it: counts where a delivery falls short and the pool's rule is
    /// `need_weighted`.
    #[schema(example = "1")]
    need_weight: DecimalText,
    /// The most that it pays over the market, as a fraction; null: no cap.
    #[schema(example = "0.15")]
    max_premium_rate: Option<DecimalText>,
    /// When it accepted its ability; another part, ability or need weight has to be accepted anew.
    accepted_at: Option<DateTime<Utc>>,
}

impl From<Member> for PoolMemberView {
    fn from(member: Member) -> Self {
        Self {
            pool_id: member.pool.uuid(),
            organisation_id: member.organisation.uuid(),
            quantity: member.quantity.into(),
            tolerance: member.tolerance.into(),
            bought: member.bought.map(Into::into),
            entered_at: member.entered_at.utc(),
            ability: member.ability.into(),
            need_weight: member.need_weight.into(),
            max_premium_rate: member.max_premium_rate.map(Into::into),
            accepted_at: member.accepted.map(|(at, _)| at.utc()),
        }
    }
}
