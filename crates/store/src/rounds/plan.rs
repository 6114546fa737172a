//! Planning a round: asked for by its network, done by a worker, kept as a proposal for each need.
//!
//! The whole round is matched once, outside any write; each need's part is then kept in a transaction of
//! its own, so that others are not held up and progress can be seen. A need that changed meanwhile is left
//! out and named in the job's errors.
use super::entries::{self, of_round, unfit};
use super::{get, of_convener, record, record_by_server};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::{NeedId, ProposalId, RoundId};
use crate::needs::explain::Basis;
use crate::needs::matching::{self, Asked, Matched, seed_of};
use crate::needs::need::{self, Need, NeedLine};
use crate::needs::proposals::{NewProposal, Origin, ProposedLine};
use crate::needs::propose::{self, Found, written};
use crate::needs::states;
use crate::needs::unmet::Missing;
use crate::operations::jobs::{self, Job, JobKind, JobStatus};
use crate::schema::{round_needs, rounds};
use crate::sql::{Json, Time};
use ::matching::{Plan, Request};
use diesel::prelude::*;
use money::Micro;
use ordering::{ROUND, RoundAct};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The network asks for the plan: nobody enters or leaves any more, and a job does the rest.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::Stale`], [`Code::WrongState`], also where nobody has
/// entered a need.
pub fn ask(conn: &mut Conn, by: &Actor, id: RoundId, version: i64) -> Result<Job> {
    let round = of_convener(conn, by, id, version)?;
    let next = ROUND.next(round.state, RoundAct::Plan)?;
    let needs = entries::count(conn, id)?;
    if needs == 0 {
        return Err(Refusal::new(Code::WrongState, "Nobody has entered a need yet.").into());
    }
    let job = jobs::add(conn, by, JobKind::PlanRound, id.uuid(), needs)?;
    diesel::update(rounds::table.find(id))
        .set((
            rounds::status.eq(next.as_str()),
            rounds::job_id.eq(job),
            rounds::version.eq(version + 1),
        ))
        .execute(conn)?;
    let asked = get(conn, id)?;
    record(conn, by, "round.plan", Some(&round), &asked)?;
    jobs::get(conn, by, job)
}

/// A plan that is not kept yet.
pub struct Prepared {
    round: RoundId,
    request: Value,
    plan: Value,
    /// What each need gets, in the order in which it is kept.
    pub parts: Vec<Part>,
    /// What was left out, for people.
    pub errors: Vec<String>,
}

/// What a need gets.
#[derive(Clone)]
pub struct Part {
    need: NeedId,
    /// The need's version that was matched.
    version: i64,
    found: Found,
}

/// Matches the round of a job. Writes nothing.
///
/// # Errors
/// Those of the database; [`Code::AmountOutOfRange`].
pub fn prepare(conn: &mut Conn, job: &Job, now: Time) -> Result<Prepared> {
    let round = get(conn, RoundId::from(job.subject))?;
    let mut errors = Vec::new();
    let mut needs = Vec::new();
    for id in of_round(conn, round.id)? {
        let need = need::load(conn, id)?;
        match unfit(conn, &round, &need)? {
            None => needs.push(need),
            Some(refusal) => errors.push(left_out(&need, &refusal.detail)),
        }
    }
    let (lines, ranges) = numbered(&needs)?;
    let networks = [round.network];
    let asked = Asked {
        buyer: round.network,
        rule_set: Some(round.terms.rule_set),
        currency: round.terms.currency,
        max_premium_rate: None,
        networks: &networks,
        lines: &lines,
        as_of: now.date(),
        seed: seed_of(round.id.uuid()),
        search: ::matching::Search::Thorough,
        only: None,
        declined: Vec::new(),
    };
    let matched = matching::run(conn, &asked)?;
    let whole = Whole::of(&asked, matched)?;
    let parts = needs
        .iter()
        .zip(ranges)
        .map(|(need, range)| {
            Ok(Part {
                need: need.id,
                version: need.version,
                found: whole.part(need, range)?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Prepared {
        round: round.id,
        request: written(&whole.matched.input.request)?,
        plan: written(&whole.matched.plan)?,
        parts,
        errors,
    })
}

/// Keeps a need's part as its proposal. The inner refusal says why the need was left out.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where the job was lost to another worker.
pub fn keep(conn: &mut Conn, job: &Job, part: &Part, now: Time) -> Result<Option<String>> {
    if !jobs::advance(conn, job, now)? {
        return Err(lost());
    }
    let unchanged = states::lock_at(conn, part.need, part.version)?;
    let need = need::load(conn, part.need)?;
    if !unchanged {
        let detail = "it changed while the round was planned: match it by itself";
        return Ok(Some(left_out(&need, detail)));
    }
    let made = propose::keep(conn, None, &need, &part.found, now)?;
    let entry = round_needs::table.find((RoundId::from(job.subject), part.need));
    diesel::update(entry)
        .set(round_needs::proposal_id.eq(Some::<ProposalId>(made)))
        .execute(conn)?;
    Ok(None)
}

/// Keeps the whole plan: the round is planned, the job done.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where the job was lost to another worker.
pub fn finish(
    conn: &mut Conn,
    job: &Job,
    prepared: &Prepared,
    errors: &[String],
    now: Time,
) -> Result<()> {
    let round = get(conn, prepared.round)?;
    let next = ROUND.next(round.state, RoundAct::Finish)?;
    if !jobs::end(conn, job, JobStatus::Done, errors, now)? {
        return Err(lost());
    }
    diesel::update(rounds::table.find(round.id))
        .set((
            rounds::status.eq(next.as_str()),
            rounds::request.eq(Some(Json(prepared.request.clone()))),
            rounds::plan.eq(Some(Json(prepared.plan.clone()))),
            rounds::planned_at.eq(Some(now)),
            rounds::version.eq(round.version + 1),
        ))
        .execute(conn)?;
    let planned = get(conn, round.id)?;
    record_by_server(conn, now, "round.finish", &round, &planned)
}

/// Gives a job up: its round is open again.
///
/// # Errors
/// Those of the database; [`Code::Busy`] where the job was lost to another worker.
pub fn fail(conn: &mut Conn, job: &Job, reason: &str, now: Time) -> Result<()> {
    let round = get(conn, RoundId::from(job.subject))?;
    let next = ROUND.next(round.state, RoundAct::Fail)?;
    if !jobs::end(conn, job, JobStatus::Failed, &[reason.to_owned()], now)? {
        return Err(lost());
    }
    diesel::update(rounds::table.find(round.id))
        .set((
            rounds::status.eq(next.as_str()),
            rounds::version.eq(round.version + 1),
        ))
        .execute(conn)?;
    let open = get(conn, round.id)?;
    record_by_server(conn, now, "round.fail", &round, &open)
}

fn lost() -> Error {
    Refusal::new(Code::Busy, "Another worker took the job over.").into()
}

fn left_out(need: &Need, why: &str) -> String {
    format!("{} was left out: {why}", need.reference)
}

/// All lines of the needs with positions of the round's own, and each need's range of them.
fn numbered(needs: &[Need]) -> Result<(Vec<NeedLine>, Vec<Range<i32>>)> {
    let mut lines = Vec::new();
    let mut ranges = Vec::new();
    let mut next: i32 = 1;
    for need in needs {
        let first = next;
        for line in &need.terms.lines {
            let mut line = line.clone();
            line.position = next;
            lines.push(line);
            next = next
                .checked_add(1)
                .ok_or_else(|| corrupt("the round's lines"))?;
        }
        ranges.push(first..next);
    }
    Ok((lines, ranges))
}

/// A matched round, to be taken apart.
struct Whole<'a> {
    asked: &'a Asked<'a>,
    matched: Matched,
    proposed: Vec<ProposedLine>,
    missing: Vec<Missing>,
}

impl<'a> Whole<'a> {
    fn of(asked: &'a Asked<'a>, matched: Matched) -> Result<Self> {
        let mut proposed = propose::proposed(&matched, asked.lines)?;
        let mut totals = BTreeMap::new();
        for line in &proposed {
            let total: &mut Micro = totals.entry(line.listing).or_default();
            *total = total.checked_add(line.quantity)?;
        }
        for line in &mut proposed {
            line.pooled = totals.get(&line.listing).copied();
        }
        Ok(Self {
            missing: propose::missing(&matched, asked.lines)?,
            proposed,
            matched,
            asked,
        })
    }

    fn basis(&self, missing: Vec<Missing>) -> Basis {
        Basis {
            scales: self.matched.input.scales.clone(),
            excluded: self.matched.input.excluded.clone(),
            missing,
        }
    }

    /// What one need gets, with its lines' own positions. Other buyers' lines are not in it.
    fn part(&self, need: &Need, range: Range<i32>) -> Result<Found> {
        let own: BTreeMap<i32, i32> = range
            .zip(&need.terms.lines)
            .map(|(position, line)| (position, line.position))
            .collect();
        let lines: Vec<ProposedLine> = self
            .proposed
            .iter()
            .filter_map(|line| {
                let mut line = line.clone();
                line.need_position = Some(*own.get(&line.need_position?)?);
                Some(line)
            })
            .collect();
        let missing: Vec<Missing> = self
            .missing
            .iter()
            .filter_map(|line| {
                let mut line = line.clone();
                line.position = *own.get(&line.position)?;
                Some(line)
            })
            .collect();
        let products: BTreeSet<_> = need.terms.lines.iter().map(|line| line.product).collect();
        let mut basis = self.basis(missing.clone());
        basis.excluded.retain(|one| products.contains(&one.product));
        let (request, plan) = self.cut(&own);
        Ok(Found {
            proposal: NewProposal {
                origin: Origin::Need(need.id),
                buyer: need.buyer,
                as_of: self.asked.as_of,
                currency: self.asked.currency,
                lines,
                request: written(&request)?,
                plan: written(&plan)?,
                basis: written(&basis)?,
            },
            missing,
        })
    }

    /// The request and the plan as far as they are about these lines, by the need's own positions.
    fn cut(&self, own: &BTreeMap<i32, i32>) -> (Request, Plan) {
        let renamed = |id: &mut String| {
            let own = id.parse().ok().and_then(|position: i32| own.get(&position));
            own.map(|position| *id = position.to_string()).is_some()
        };
        let mut request = self.matched.input.request.clone();
        request.lines.retain_mut(|line| renamed(&mut line.id));
        let products: BTreeSet<&str> = request.lines.iter().map(|l| l.product.as_str()).collect();
        request
            .offers
            .retain(|offer| products.contains(offer.product.as_str()));
        let offers: BTreeSet<&str> = request.offers.iter().map(|o| o.id.as_str()).collect();
        let suppliers: BTreeSet<&str> =
            (request.offers.iter().map(|o| o.supplier.as_str())).collect();
        request
            .suppliers
            .retain(|one| suppliers.contains(one.id.as_str()));
        let mut plan = self.matched.plan.clone();
        plan.allocations.retain_mut(|one| renamed(&mut one.line));
        plan.unmet.retain_mut(|one| renamed(&mut one.line));
        plan.rejected.retain_mut(|one| renamed(&mut one.line));
        plan.why.retain_mut(|one| renamed(&mut one.line));
        plan.offers
            .retain(|one| offers.contains(one.offer.as_str()));
        plan.suppliers
            .retain(|one| suppliers.contains(one.supplier.as_str()));
        (request, plan)
    }
}
