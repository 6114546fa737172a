//! What each payer of an order asks for before it is approved: decided at submission by the ladder that
//! holds then, and kept with the revision.
use super::journal;
use super::payers::{Payer, Share};
use super::rows::Order;
use crate::actor::Actor;
use crate::budgets::commitments;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::governance::ladders;
use crate::ids::{BudgetLineId, LadderId, OrderId, OrganisationId};
use crate::on_each;
use crate::operations::{audit, notices};
use crate::schema::approval_demands;
use crate::sql::{Json, Time};
use diesel::prelude::*;
use ordering::{Demand, Ladder, Office};
use serde_json::json;

/// What a buyer states with a submission.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// The reason of an emergency.
    pub emergency: Option<String>,
    /// The budget line that the buyer's share is promised from.
    pub budget_line: Option<BudgetLineId>,
}

/// What one payer asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who pays.
    pub organisation: OrganisationId,
    /// On whose account.
    pub payer: Payer,
    /// The ladder that decided; none for two persons.
    pub ladder: Option<LadderId>,
    /// Who has to sign.
    pub demand: Demand,
    /// The budget line that the share is promised from.
    pub budget_line: Option<BudgetLineId>,
    /// Why it cannot wait.
    pub emergency: Option<String>,
    /// When it was asked.
    pub at: Time,
}

/// Decides and keeps what each payer asks for, and promises the buyer's share from the budget line.
///
/// # Errors
/// [`Code::NoLadderSteps`], [`Code::AboveEmergency`], [`Code::OverBudget`], [`Code::BudgetLineNotOpen`],
/// [`Code::NotFound`] for a budget line of another organisation, [`Code::InvalidInput`] where the buyer
/// pays nothing and names one.
pub(super) fn ask(
    conn: &mut Conn,
    by: &Actor,
    order: &Order,
    shares: &[Share],
    submission: &Submission,
) -> Result<()> {
    let payers = shares.iter().map(|share| share.organisation).collect();
    let ladders = ladders::present(conn, payers)?;
    let mut rows = Vec::with_capacity(shares.len());
    for share in shares {
        let own = is_buyers(order, share);
        let adopted = match share.payer {
            Payer::Buyer => ladders.get(&share.organisation),
            Payer::Fund => None,
        };
        let ladder = adopted.map(|adopted| &adopted.ladder);
        let demand = match share.payer {
            Payer::Fund => Demand::two_of(Office::FundSteward),
            Payer::Buyer if own => judge(ladder, share, submission)?,
            Payer::Buyer => judge(ladder, share, &Submission::default())?,
        };
        rows.push((
            approval_demands::order_id.eq(order.id),
            approval_demands::revision.eq(order.revision),
            approval_demands::organisation_id.eq(share.organisation),
            approval_demands::payer.eq(share.payer.as_str()),
            approval_demands::ladder_id.eq(adopted.map(|adopted| adopted.id)),
            approval_demands::path.eq(demand.path.as_str()),
            approval_demands::demand.eq(ladders::write_demand(&demand)?),
            approval_demands::budget_line_id.eq(submission.budget_line.filter(|_| own)),
            approval_demands::emergency_reason.eq(submission.emergency.clone().filter(|_| own)),
            approval_demands::asked_at.eq(by.now),
        ));
    }
    on_each!(conn => diesel::insert_into(approval_demands::table)
        .values(&rows)
        .execute(conn))?;
    let own = shares.iter().find(|share| is_buyers(order, share));
    match (own, submission.budget_line) {
        (Some(own), line) => commitments::settle(conn, by, order.id, line, own.total)?,
        (None, None) => {}
        (None, Some(_)) => {
            let detail = "Your organisation pays no share of the order.";
            return Err(Refusal::new(Code::InvalidInput, detail)
                .at("/budget_line_id")
                .into());
        }
    }
    if let Some(reason) = &submission.emergency {
        emergency(conn, by, order, reason)?;
    }
    Ok(())
}

/// Whether the share is the one that the order's buyer pays for itself.
fn is_buyers(order: &Order, share: &Share) -> bool {
    share.organisation == order.buyer && share.payer == Payer::Buyer
}

fn judge(ladder: Option<&Ladder>, share: &Share, submission: &Submission) -> Result<Demand> {
    let demand = match (ladder, &submission.emergency) {
        (None, None) => return Ok(Demand::two_of(Office::Approver)),
        (None, Some(_)) => {
            let detail = "Without an approval ladder your organisation has no emergency steps.";
            return Err(Refusal::new(Code::AboveEmergency, detail)
                .at("/emergency")
                .into());
        }
        (Some(ladder), Some(_)) => {
            let demand = ladder.emergency(share.total);
            return demand.map_err(|error| Error::from(error).at("/emergency"));
        }
        (Some(ladder), None) => ladder.demand(share.total, submission.budget_line.is_some()),
    };
    Ok(demand?)
}

/// Writes the emergency down and tells everybody in the buyer's organisation.
fn emergency(conn: &mut Conn, by: &Actor, order: &Order, reason: &str) -> Result<()> {
    let total = order.totals.total();
    let entry = json!({
        "reference": order.reference, "reason": reason, "total": total.to_string(),
        "revision": order.revision,
    });
    audit::change(conn, by, "order.emergency", order.id.uuid(), None, &entry)?;
    let notice = json!({
        "kind": "emergency_submitted",
        "organisation": journal::name_of(conn, order.buyer)?,
        "order": order.reference,
        "total": journal::amount(total),
        "reason": reason,
        "url": format!("/orders/{}", order.id),
    });
    notices::tell_members(conn, order.buyer, &notice, by.now)
}

/// The buyer's share changed without being asked for anew: what was promised of it changes with it.
///
/// # Errors
/// [`Code::OverBudget`].
pub(super) fn resize(conn: &mut Conn, order: &Order, shares: &[Share], now: Time) -> Result<()> {
    match shares.iter().find(|share| is_buyers(order, share)) {
        Some(own) => commitments::resize(conn, order.id, own.total, now),
        None => Ok(()),
    }
}

/// What a submission after a new match states: the budget line stays, an emergency is stated anew.
///
/// # Errors
/// Those of the database.
pub(super) fn renewed(conn: &mut Conn, order: OrderId) -> Result<Submission> {
    Ok(Submission {
        emergency: None,
        budget_line: commitments::line_of(conn, order)?,
    })
}

type Row = (
    OrganisationId,
    String,
    Option<LadderId>,
    String,
    Json,
    Option<BudgetLineId>,
    Option<String>,
    Time,
);

/// What was asked of each payer of the order's present revision; empty for one that was not submitted.
///
/// # Errors
/// Those of the database.
pub(super) fn of_revision(conn: &mut Conn, order: OrderId, revision: i64) -> Result<Vec<Asked>> {
    let rows: Vec<Row> = approval_demands::table
        .filter(approval_demands::order_id.eq(order))
        .filter(approval_demands::revision.eq(revision))
        .select((
            approval_demands::organisation_id,
            approval_demands::payer,
            approval_demands::ladder_id,
            approval_demands::path,
            approval_demands::demand,
            approval_demands::budget_line_id,
            approval_demands::emergency_reason,
            approval_demands::asked_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(
            |(organisation, payer, ladder, path, demand, budget_line, emergency, at)| {
                Ok(Asked {
                    organisation,
                    payer: Payer::parse(&payer).ok_or_else(|| corrupt("approval_demands.payer"))?,
                    ladder,
                    demand: ladders::read_demand(&path, demand)?,
                    budget_line,
                    emergency,
                    at,
                })
            },
        )
        .collect()
}
