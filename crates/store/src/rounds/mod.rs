//! Procurement rounds: a network gathers the needs of many buyers and has them matched together, so that
//! they reach minimums and price steps together and no co-operative gets all the work.
//!
//! A round has one currency and one rule set, so that a listing has one price for all its buyers. Its plan
//! becomes a proposal for each need; nothing is reserved until buyers order by theirs.
pub mod entries;
pub mod plan;

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, OrNotFound, Refusal, Result, corrupt};
use crate::governance::rule_sets::{self, Status};
use crate::ids::{JobId, OrganisationId, RoundId, RuleSetId};
use crate::operations::audit::{self, Act};
use crate::operations::counters;
use crate::schema::rounds;
use crate::sql::{Json, Time};
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::Currency;
use ordering::{ROUND, RoundAct, RoundState};
use serde_json::{Value, json};

/// The references' prefix: `R-2026-000001`.
const PREFIX: &str = "R";
/// The counter behind the references.
const SERIES: &str = "rounds";

/// What a network says of a round.
#[derive(Clone, Debug)]
pub struct Terms {
    /// A few words for people.
    pub title: String,
    /// The currency of all its prices.
    pub currency: Currency,
    /// The rules of all its prices: those take part whose assemblies adopted them.
    pub rule_set: RuleSetId,
}

/// A round, without its plan.
#[derive(Clone, Debug)]
pub struct Round {
    /// The id; its low bits are the seed of the lottery.
    pub id: RoundId,
    /// The network that convened it.
    pub network: OrganisationId,
    /// For people: `R-2026-000001`, unique for the network.
    pub reference: String,
    /// What the network said.
    pub terms: Terms,
    /// Where it stands.
    pub state: RoundState,
    /// The job that plans it, or planned it last.
    pub job: Option<JobId>,
    /// When it was convened.
    pub created_at: Time,
    /// When its plan was made.
    pub planned_at: Option<Time>,
    /// Counts changes; each need in it counts its own.
    pub version: i64,
}

type Columns = (
    rounds::id,
    rounds::network_id,
    rounds::reference,
    rounds::title,
    rounds::currency,
    rounds::rule_set_id,
    rounds::status,
    rounds::job_id,
    rounds::created_at,
    rounds::planned_at,
    rounds::version,
);

/// All but the plan, which is large.
const COLUMNS: Columns = (
    rounds::id,
    rounds::network_id,
    rounds::reference,
    rounds::title,
    rounds::currency,
    rounds::rule_set_id,
    rounds::status,
    rounds::job_id,
    rounds::created_at,
    rounds::planned_at,
    rounds::version,
);

#[derive(Queryable)]
struct Row {
    id: RoundId,
    network_id: OrganisationId,
    reference: String,
    title: String,
    currency: String,
    rule_set_id: RuleSetId,
    status: String,
    job_id: Option<JobId>,
    created_at: Time,
    planned_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Round {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = Currency::parse(&row.currency).map_err(|_| corrupt("rounds.currency"))?;
        Ok(Self {
            id: row.id,
            network: row.network_id,
            reference: row.reference,
            terms: Terms {
                title: row.title,
                currency,
                rule_set: row.rule_set_id,
            },
            state: RoundState::parse(&row.status).map_err(|_| corrupt("rounds.status"))?,
            job: row.job_id,
            created_at: row.created_at,
            planned_at: row.planned_at,
            version: row.version,
        })
    }
}

/// Rounds are convened by a network's admins.
fn require_convener(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Network])?;
    by.require(&[Role::Admin])?;
    by.require_admitted()
}

/// A network convenes a round.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::InvalidInput`] for a rule set that is not published.
pub fn convene(conn: &mut Conn, by: &Actor, terms: &Terms) -> Result<Round> {
    require_convener(by)?;
    let published = match rule_sets::get(conn, terms.rule_set) {
        Ok(rules) => rules.status == Status::Published,
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => false,
        Err(error) => return Err(error),
    };
    if !published {
        let mut refusal = Refusal::new(Code::InvalidInput, "The round cannot be what it says.");
        refusal.fields = vec![FieldError {
            pointer: "/rule_set_id".to_owned(),
            detail: "There is no such published rule set.".to_owned(),
        }];
        return Err(refusal.into());
    }
    let id = RoundId::fresh();
    let reference = counters::reference(conn, by.organisation, (PREFIX, SERIES), by.now)?;
    diesel::insert_into(rounds::table)
        .values((
            rounds::id.eq(id),
            rounds::network_id.eq(by.organisation),
            rounds::reference.eq(reference),
            rounds::title.eq(&terms.title),
            rounds::currency.eq(terms.currency.code()),
            rounds::rule_set_id.eq(terms.rule_set),
            rounds::status.eq(ROUND.initial.as_str()),
            rounds::created_by.eq(by.person),
            rounds::created_at.eq(by.now),
            rounds::version.eq(1),
        ))
        .execute(conn)?;
    let round = get(conn, id)?;
    record(conn, by, "round.convene", None, &round)?;
    Ok(round)
}

/// The network calls off a round that is not planned yet; its needs stay as they are.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn cancel(conn: &mut Conn, by: &Actor, id: RoundId, version: i64) -> Result<Round> {
    let round = of_convener(conn, by, id, version)?;
    let next = ROUND.next(round.state, RoundAct::Cancel)?;
    diesel::update(rounds::table.find(id))
        .set((
            rounds::status.eq(next.as_str()),
            rounds::version.eq(version + 1),
        ))
        .execute(conn)?;
    let cancelled = get(conn, id)?;
    record(conn, by, "round.cancel", Some(&round), &cancelled)?;
    Ok(cancelled)
}

/// The round, whoever asks: that it takes place is public.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: RoundId) -> Result<Round> {
    let row: Option<Row> = rounds::table
        .find(id)
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// Rounds in the order in which they were convened, after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    state: Option<RoundState>,
    after: Option<RoundId>,
    limit: i64,
) -> Result<Vec<Round>> {
    let mut query = rounds::table
        .select(COLUMNS)
        .order(rounds::id)
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(rounds::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(rounds::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Round::try_from).collect()
}

/// The whole plan of a round as it was asked for and answered, for the network that convened it.
///
/// # Errors
/// [`Code::NotFound`] for anybody else, and while there is none.
pub fn planned(conn: &mut Conn, by: &Actor, id: RoundId) -> Result<(Value, Value)> {
    let row: Option<(Option<Json>, Option<Json>)> = rounds::table
        .find(id)
        .filter(rounds::network_id.eq(by.organisation))
        .select((rounds::request, rounds::plan))
        .first(conn)
        .optional()?;
    let (request, plan) = row.or_not_found()?;
    Ok((request.or_not_found()?.0, plan.or_not_found()?.0))
}

/// The round, held until the end of the transaction so that nobody else moves it or enters it, for an
/// admin of the network that convened it.
fn of_convener(conn: &mut Conn, by: &Actor, id: RoundId, version: i64) -> Result<Round> {
    require_convener(by)?;
    lock(conn, id)?;
    let round = get(conn, id)?;
    if round.network != by.organisation {
        return Err(
            Refusal::new(Code::Forbidden, "Only who convened the round can do this.").into(),
        );
    }
    if round.version != version {
        return Err(Refusal::stale().into());
    }
    Ok(round)
}

/// Holds the round's row until the end of the transaction.
fn lock(conn: &mut Conn, id: RoundId) -> Result<()> {
    let row = rounds::table.find(id).select(rounds::id);
    // PostgreSQL has several writers. SQLite has one, who holds everything.
    let held: Option<RoundId> = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    held.map(|_| ()).or_not_found()
}

fn entry(round: &Round) -> Value {
    json!({
        "reference": round.reference,
        "title": round.terms.title,
        "status": round.state.as_str(),
        "job": round.job.map(|job| job.to_string()),
    })
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Round>,
    after: &Round,
) -> Result<()> {
    let before = before.map(entry);
    audit::record(
        conn,
        by,
        &act_of(act, before.as_ref(), after, &entry(after)),
    )
}

/// Writes down what the server did with a round by itself.
fn record_by_server(
    conn: &mut Conn,
    now: Time,
    act: &'static str,
    before: &Round,
    after: &Round,
) -> Result<()> {
    let (before, entry) = (entry(before), entry(after));
    let act = act_of(act, Some(&before), after, &entry);
    audit::record_by_server(conn, now, after.network, &act)
}

fn act_of<'a>(
    act: &'static str,
    before: Option<&'a Value>,
    round: &Round,
    after: &'a Value,
) -> Act<'a> {
    Act {
        act,
        kind: "round",
        id: round.id.uuid(),
        before,
        after: Some(after),
    }
}
