//! Proposals: what a matching (or a pool) says that the buyer could order, for a time. A proposal
//! reserves nothing; ordering by it accepts it, once.
use super::written;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ListingId, NeedId, OrganisationId, PoolId, ProductId, ProposalId};
use crate::schema::proposals;
use crate::sql::{Json, Time};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use money::{Currency, Micro};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a proposal can be ordered: prices and capacity move on.
pub const VALID_FOR: TimeDelta = TimeDelta::days(7);

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It can be ordered until it expires.
    Open,
    /// It was ordered.
    Accepted,
    /// Prices or capacity moved past it.
    Stale,
    /// A later proposal took its place.
    Superseded,
}

impl Status {
    const ALL: [Self; 4] = [Self::Open, Self::Accepted, Self::Stale, Self::Superseded];

    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Stale => "stale",
            Self::Superseded => "superseded",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What one listing would make of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedLine {
    /// The need's line; none for a pool.
    pub need_position: Option<i32>,
    /// By which listing.
    #[serde(with = "written::id")]
    pub listing: ListingId,
    /// Whose.
    #[serde(with = "written::id")]
    pub cooperative: OrganisationId,
    /// What.
    #[serde(with = "written::id")]
    pub product: ProductId,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
    /// How much, in the product's unit.
    #[serde(with = "written::micro")]
    pub quantity: Micro,
    /// The listing's total over all buyers of a round, where it was proposed by one: its price and its
    /// minimum are those of that total.
    #[serde(default, with = "written::micro_or_none")]
    pub pooled: Option<Micro>,
    /// The price of a unit at the listing's total in this proposal, or in its round.
    #[serde(with = "written::micro")]
    pub unit_price: Micro,
    /// The freight of a unit to the region.
    #[serde(with = "written::micro")]
    pub unit_freight: Micro,
}

/// What a proposal is for: exactly one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A need that was matched.
    Need(NeedId),
    /// A pool that was closed.
    Pool(PoolId),
}

/// A proposal.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The id.
    pub id: ProposalId,
    /// The need it is for, or
    pub need: Option<NeedId>,
    /// the pool it is for.
    pub pool: Option<PoolId>,
    /// Who may order by it.
    pub buyer: OrganisationId,
    /// As stored; one that is open may have expired, see [`Proposal::status_at`].
    pub status: Status,
    /// The date that prices were made for.
    pub as_of: NaiveDate,
    /// The currency of all its prices.
    pub currency: Currency,
    /// What could be ordered.
    pub lines: Vec<ProposedLine>,
    /// What was asked of the matching, as it was asked.
    pub request: Value,
    /// What the matching answered.
    pub plan: Value,
    /// What request and plan leave out, see [`NewProposal::basis`].
    pub basis: Value,
    /// When it was made.
    pub created_at: Time,
    /// Until when it can be ordered.
    pub expires_at: Time,
    /// Counts changes.
    pub version: i64,
}

impl Proposal {
    /// Where it stands at `now`: an open proposal past its time is stale.
    pub fn status_at(&self, now: Time) -> Status {
        match self.status {
            Status::Open if self.expires_at <= now => Status::Stale,
            status => status,
        }
    }
}

/// A proposal to be stored, open from now for [`VALID_FOR`].
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// What it is for.
    pub origin: Origin,
    /// Who may order by it.
    pub buyer: OrganisationId,
    /// The date that prices were made for.
    pub as_of: NaiveDate,
    /// The currency of all its prices.
    pub currency: Currency,
    /// What could be ordered.
    pub lines: Vec<ProposedLine>,
    /// What was asked.
    pub request: Value,
    /// What was answered.
    pub plan: Value,
    /// What a reader of request and plan needs besides: the scales of their integers, the listings
    /// that were left out.
    pub basis: Value,
}

/// What the column `context` holds.
#[derive(Serialize, Deserialize)]
struct Context {
    #[serde(with = "written::currency")]
    currency: Currency,
    lines: Vec<ProposedLine>,
    basis: Value,
}

#[derive(Queryable)]
struct Row {
    id: ProposalId,
    need_id: Option<NeedId>,
    pool_id: Option<PoolId>,
    buyer_id: OrganisationId,
    status: String,
    as_of: NaiveDate,
    request: Json,
    plan: Json,
    context: Json,
    created_at: Time,
    expires_at: Time,
    version: i64,
}

impl TryFrom<Row> for Proposal {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let context: Context =
            serde_json::from_value(row.context.0).map_err(|_| corrupt("proposals.context"))?;
        Ok(Self {
            id: row.id,
            need: row.need_id,
            pool: row.pool_id,
            buyer: row.buyer_id,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("proposals.status"))?,
            as_of: row.as_of,
            currency: context.currency,
            lines: context.lines,
            request: row.request.0,
            plan: row.plan.0,
            basis: context.basis,
            created_at: row.created_at,
            expires_at: row.expires_at,
            version: row.version,
        })
    }
}

/// A proposal to the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`], for another organisation's too.
pub fn get(conn: &mut Conn, by: &Actor, id: ProposalId) -> Result<Proposal> {
    let row: Option<Row> = proposals::table
        .find(id)
        .filter(proposals::buyer_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// Whether the proposal found nobody: there is nothing to order.
///
/// # Errors
/// [`Code::NotFound`].
pub fn is_empty(conn: &mut Conn, id: ProposalId) -> Result<bool> {
    let context: Option<Json> = proposals::table
        .find(id)
        .select(proposals::context)
        .first(conn)
        .optional()?;
    let lines = context.or_not_found()?.0.get("lines").cloned();
    Ok(lines
        .and_then(|lines| lines.as_array().map(Vec::is_empty))
        .unwrap_or(true))
}

/// The need's proposals after `after`, oldest first, whoever asks: callers decide who sees them.
///
/// # Errors
/// Those of the database.
pub fn list_of_need(
    conn: &mut Conn,
    need: NeedId,
    after: Option<ProposalId>,
    limit: i64,
) -> Result<Vec<Proposal>> {
    let mut query = proposals::table
        .filter(proposals::need_id.eq(need))
        .order(proposals::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(proposals::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Proposal::try_from).collect()
}

/// Stores a proposal; open ones of the same need or pool are superseded.
///
/// # Errors
/// Those of the database.
pub fn insert(conn: &mut Conn, new: &NewProposal, now: Time) -> Result<ProposalId> {
    supersede(conn, new.origin)?;
    let id = ProposalId::fresh();
    let context = serde_json::to_value(Context {
        currency: new.currency,
        lines: new.lines.clone(),
        basis: new.basis.clone(),
    })
    .map_err(|_| corrupt("proposals.context"))?;
    let (need, pool) = match new.origin {
        Origin::Need(need) => (Some(need), None),
        Origin::Pool(pool) => (None, Some(pool)),
    };
    diesel::insert_into(proposals::table)
        .values((
            proposals::id.eq(id),
            proposals::need_id.eq(need),
            proposals::pool_id.eq(pool),
            proposals::buyer_id.eq(new.buyer),
            proposals::status.eq(Status::Open.as_str()),
            proposals::as_of.eq(new.as_of),
            proposals::request.eq(Json(new.request.clone())),
            proposals::plan.eq(Json(new.plan.clone())),
            proposals::context.eq(Json(context)),
            proposals::created_at.eq(now),
            proposals::expires_at.eq(now.plus(VALID_FOR)),
            proposals::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Marks the open proposals of a need or a pool as superseded.
///
/// # Errors
/// Those of the database.
pub fn supersede(conn: &mut Conn, origin: Origin) -> Result<()> {
    let mut open = proposals::table
        .filter(proposals::status.eq(Status::Open.as_str()))
        .select(proposals::id)
        .into_boxed();
    open = match origin {
        Origin::Need(need) => open.filter(proposals::need_id.eq(need)),
        Origin::Pool(pool) => open.filter(proposals::pool_id.eq(pool)),
    };
    for id in open.load::<ProposalId>(conn)? {
        leave_open(conn, id, Status::Superseded)?;
    }
    Ok(())
}

/// What an order is made by.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The proposal.
    pub id: ProposalId,
    /// The need it is for, or
    pub need: Option<NeedId>,
    /// the pool it is for.
    pub pool: Option<PoolId>,
    /// The currency of all its prices.
    pub currency: Currency,
    /// What is ordered.
    pub lines: Vec<ProposedLine>,
}

/// Accepts a proposal to the actor's organisation for an order: once, and only in time.
///
/// # Errors
/// [`Code::ProposalStale`] where it has expired or was marked stale, [`Code::WrongState`] where it
/// was accepted or superseded, [`Code::NotFound`], for another organisation's too.
pub fn accept(conn: &mut Conn, by: &Actor, id: ProposalId) -> Result<Accepted> {
    type Taken = (Option<NeedId>, Option<PoolId>, Json);
    let taken: Option<Taken> = diesel::update(proposals::table.find(id))
        .filter(proposals::buyer_id.eq(by.organisation))
        .filter(proposals::status.eq(Status::Open.as_str()))
        .filter(proposals::expires_at.gt(by.now))
        .set((
            proposals::status.eq(Status::Accepted.as_str()),
            proposals::version.eq(proposals::version + 1),
        ))
        .returning((proposals::need_id, proposals::pool_id, proposals::context))
        .get_result(conn)
        .optional()?;
    let Some((need, pool, context)) = taken else {
        return Err(not_acceptable(conn, by, id)?.into());
    };
    let context: Context =
        serde_json::from_value(context.0).map_err(|_| corrupt("proposals.context"))?;
    Ok(Accepted {
        id,
        need,
        pool,
        currency: context.currency,
        lines: context.lines,
    })
}

/// Why the proposal cannot be accepted.
fn not_acceptable(conn: &mut Conn, by: &Actor, id: ProposalId) -> Result<Refusal> {
    let word: Option<String> = proposals::table
        .find(id)
        .filter(proposals::buyer_id.eq(by.organisation))
        .select(proposals::status)
        .first(conn)
        .optional()?;
    let status = Status::parse(&word.or_not_found()?).ok_or_else(|| corrupt("proposals.status"))?;
    Ok(match status {
        Status::Open | Status::Stale => Refusal::new(
            Code::ProposalStale,
            "The proposal's time is over, or prices and capacity have moved on: ask for a new match.",
        ),
        Status::Accepted | Status::Superseded => Refusal::new(
            Code::WrongState,
            format!(
                "The proposal is {}; only an open one can be ordered.",
                status.as_str()
            ),
        ),
    })
}

/// Marks an open proposal as stale: prices rose above it, or its capacity is gone. Any other stays as
/// it is.
///
/// # Errors
/// Those of the database.
pub fn mark_stale(conn: &mut Conn, id: ProposalId) -> Result<()> {
    leave_open(conn, id, Status::Stale)
}

fn leave_open(conn: &mut Conn, id: ProposalId, status: Status) -> Result<()> {
    diesel::update(proposals::table.find(id))
        .filter(proposals::status.eq(Status::Open.as_str()))
        .set((
            proposals::status.eq(status.as_str()),
            proposals::version.eq(proposals::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}
