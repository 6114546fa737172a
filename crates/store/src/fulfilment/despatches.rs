//! Despatch advices: what left the co-operative, and to whom. What is short of a stage is shared among its
//! branches by the rule that was chosen before.
use super::notice::{self, Event};
use super::schedule::{self, Stage};
use super::trade::Trade;
use super::{artworks, claims, progress};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ClaimId, DespatchId, OrganisationId, PurchaseOrderId, StageId};
use crate::operations::{audit, counters};
use crate::page::merged;
use crate::schema::{despatch_parts, despatches, orders, purchase_orders, receipts, stage_parts};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::Micro;
use ordering::{PurchaseOrderState, ShortageRule, Waiting, share_shortage};
use serde_json::json;
use std::collections::BTreeMap;

/// The references' prefix and the counter behind them: the co-operative's.
const SERIES: (&str, &str) = ("DA", "despatches");

/// A despatch to be advised.
#[derive(Clone, Debug)]
pub struct NewDespatch {
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// What it fulfils.
    pub of: Origin,
    /// When it left.
    pub despatched_on: NaiveDate,
    /// Who carries it.
    pub carrier: Option<String>,
    /// To this branch only; to all branches of the stage where it is absent.
    pub branch: Option<OrganisationId>,
    /// Units of each line.
    pub lines: BTreeMap<i32, Micro>,
}

/// What a despatch fulfils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A stage of the schedule.
    Stage(StageId),
    /// A claim: the goods were made again.
    Claim(ClaimId),
}

/// A despatch advice.
#[derive(Clone, Debug)]
pub struct Despatch {
    /// Orders despatches in time.
    pub id: DespatchId,
    /// What people call it: `DA-2026-000001`, distinct among its co-operative's.
    pub reference: String,
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Who sent it.
    pub cooperative: OrganisationId,
    /// What it fulfils.
    pub of: Origin,
    /// When it left.
    pub despatched_on: NaiveDate,
    /// Who carries it.
    pub carrier: Option<String>,
    /// What goes where; each branch sees its own.
    pub parts: Vec<schedule::Part>,
    /// When it was advised.
    pub created_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: DespatchId,
    reference: String,
    purchase_order_id: PurchaseOrderId,
    cooperative_id: OrganisationId,
    stage_id: Option<StageId>,
    claim_id: Option<ClaimId>,
    despatched_on: NaiveDate,
    carrier: Option<String>,
    _despatched_by: crate::ids::PersonId,
    created_at: Time,
}

impl Row {
    fn with(self, parts: Vec<schedule::Part>) -> Result<Despatch> {
        let of = match (self.stage_id, self.claim_id) {
            (Some(stage), None) => Origin::Stage(stage),
            (None, Some(claim)) => Origin::Claim(claim),
            _ => return Err(corrupt("despatches.stage_id")),
        };
        Ok(Despatch {
            id: self.id,
            reference: self.reference,
            purchase_order: self.purchase_order_id,
            cooperative: self.cooperative_id,
            of,
            despatched_on: self.despatched_on,
            carrier: self.carrier,
            parts,
            created_at: self.created_at,
        })
    }
}

/// Advises goods on their way. Where less is sent than the stage waits for, every branch gets its part by
/// the pool's rule, or in proportion where nobody pools.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the co-operative's sellers, [`Code::WrongState`] unless the purchase
/// order is accepted (made again: or delivered), [`Code::NotFound`] for a stage or claim of another,
/// [`Code::InvalidInput`] for more than is waited for, or one branch of a pool alone,
/// [`Code::ProofNotApproved`].
pub fn advise(conn: &mut Conn, by: &Actor, new: &NewDespatch) -> Result<Despatch> {
    let trade = Trade::locked(conn, by, new.purchase_order)?;
    trade.require_cooperative(by, &[Role::Seller])?;
    artworks::require_approved(conn, &trade.issued)?;
    let parts = match new.of {
        Origin::Stage(stage) => {
            trade.require_state(&[PurchaseOrderState::Accepted])?;
            of_stage(conn, &trade, stage, new)?
        }
        Origin::Claim(claim) => claims::remade(conn, &trade, claim, &new.lines)?,
    };
    let id = DespatchId::fresh();
    let (stage, claim) = match new.of {
        Origin::Stage(stage) => (Some(stage), None),
        Origin::Claim(claim) => (None, Some(claim)),
    };
    let reference = counters::reference(conn, by.organisation, SERIES, by.now)?;
    diesel::insert_into(despatches::table)
        .values((
            despatches::id.eq(id),
            despatches::reference.eq(&reference),
            despatches::purchase_order_id.eq(new.purchase_order),
            despatches::cooperative_id.eq(by.organisation),
            despatches::stage_id.eq(stage),
            despatches::claim_id.eq(claim),
            despatches::despatched_on.eq(new.despatched_on),
            despatches::carrier.eq(&new.carrier),
            despatches::despatched_by.eq(by.person),
            despatches::created_at.eq(by.now),
        ))
        .execute(conn)?;
    for part in &parts {
        diesel::insert_into(despatch_parts::table)
            .values((
                despatch_parts::despatch_id.eq(id),
                despatch_parts::line_position.eq(part.line),
                despatch_parts::branch_id.eq(part.branch),
                despatch_parts::quantity_micro.eq(part.quantity.get()),
            ))
            .execute(conn)?;
    }
    let after = json!({
        "reference": reference,
        "units": parts.iter().map(|part| part.quantity.get()).sum::<i64>(),
    });
    audit::change(conn, by, "despatch.advise", id.uuid(), None, &after)?;
    let mut branches: Vec<OrganisationId> = parts.iter().map(|part| part.branch).collect();
    branches.sort_unstable();
    branches.dedup();
    for branch in branches {
        let url = format!("/despatches/{id}");
        notice::tell(
            conn,
            &trade,
            (branch, Role::Buyer),
            Event::Despatched,
            url,
            by.now,
        )?;
    }
    get(conn, by, id)
}

/// What each branch gets of a stage.
fn of_stage(
    conn: &mut Conn,
    trade: &Trade,
    stage: StageId,
    new: &NewDespatch,
) -> Result<Vec<schedule::Part>> {
    let stages = schedule::stages(conn, trade.issued.id)?;
    let stage = stages
        .into_iter()
        .find(|one| one.id == stage)
        .or_not_found()?;
    if trade.is_pooled() && new.branch.is_some() {
        let detail = "A pool's stage goes to all its members: what is short is shared by its rule.";
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/branch_id")
            .into());
    }
    let rule = progress::shortage_rule(conn, &trade.order)?;
    let mut parts = Vec::new();
    for (&line, &quantity) in &new.lines {
        parts.extend(share_line(
            conn,
            trade,
            &stage,
            rule,
            new.branch,
            (line, quantity),
        )?);
    }
    for part in &parts {
        diesel::update(stage_parts::table.find((stage.id, part.line, part.branch)))
            .set(
                stage_parts::despatched_micro
                    .eq(stage_parts::despatched_micro + part.quantity.get()),
            )
            .execute(conn)?;
    }
    Ok(parts)
}

fn share_line(
    conn: &mut Conn,
    trade: &Trade,
    stage: &Stage,
    rule: ShortageRule,
    branch: Option<OrganisationId>,
    (line, quantity): (i32, Micro),
) -> Result<Vec<schedule::Part>> {
    let waiting: Vec<(OrganisationId, Micro)> = stage
        .parts
        .iter()
        .filter(|(part, _)| part.line == line && branch.is_none_or(|only| only == part.branch))
        .map(|(part, sent)| Ok((part.branch, part.quantity.checked_sub(*sent)?)))
        .collect::<Result<_>>()?;
    let mut left = Micro::ZERO;
    for (_, outstanding) in &waiting {
        left = left.checked_add(*outstanding)?;
    }
    if quantity > left {
        let detail = format!(
            "Stage {} waits for {left} of line {line}, and {quantity} were to be sent.",
            stage.position
        );
        let pointer = format!("/lines/{line}");
        return Err(Refusal::new(Code::InvalidInput, detail).at(pointer).into());
    }
    let people = weights(conn, trade, &waiting)?;
    let parts = share_shortage(rule, quantity, &people)?;
    Ok(waiting
        .into_iter()
        .zip(parts)
        .filter(|(_, part)| *part > Micro::ZERO)
        .map(|((branch, _), quantity)| schedule::Part {
            line,
            branch,
            quantity,
        })
        .collect())
}

/// Those who wait, by organisation, with what a pool knows of them.
fn weights(
    conn: &mut Conn,
    trade: &Trade,
    waiting: &[(OrganisationId, Micro)],
) -> Result<Vec<Waiting>> {
    let known: BTreeMap<OrganisationId, (i64, i64)> = match trade.order.pool {
        None => BTreeMap::new(),
        Some(pool) => progress::pool_weights(conn, pool)?,
    };
    Ok(waiting
        .iter()
        .map(|(branch, outstanding)| {
            let (weight, entered) = known.get(branch).copied().unwrap_or((1_000_000, 0));
            Waiting {
                outstanding: *outstanding,
                weight: Micro::new(weight),
                entered,
            }
        })
        .collect())
}

/// One despatch advice: whole for both sides, its own part for a branch.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: DespatchId) -> Result<Despatch> {
    let row: Option<Row> = despatches::table.find(id).first(conn).optional()?;
    let row = row.or_not_found()?;
    let mut all = with_parts(conn, vec![row])?;
    let found = all.pop().or_not_found()?;
    visible(conn, by, found)
}

/// What of it the actor's organisation may see.
fn visible(conn: &mut Conn, by: &Actor, mut found: Despatch) -> Result<Despatch> {
    if found.cooperative == by.organisation {
        return Ok(found);
    }
    let trade = Trade::seen(conn, by, found.purchase_order)?;
    if trade.issued.buyer != by.organisation || trade.is_pooled() {
        found.parts.retain(|part| part.branch == by.organisation);
        if found.parts.is_empty() {
            return Err(Refusal::not_found().into());
        }
    }
    Ok(found)
}

/// Despatches that the organisation sent, or that went to it or its branches, in time.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: Option<PurchaseOrderId>,
    after: Option<DespatchId>,
    limit: i64,
) -> Result<Vec<Despatch>> {
    let page = || {
        let mut query = despatches::table
            .order(despatches::id)
            .limit(limit)
            .select(despatches::id)
            .into_boxed();
        if let Some(id) = purchase_order {
            query = query.filter(despatches::purchase_order_id.eq(id));
        }
        if let Some(after) = after {
            query = query.filter(despatches::id.gt(after));
        }
        query
    };
    // One page of each way to the organisation, and the page of all: an `or` would read the whole table.
    let ids: Vec<DespatchId> = if by.kind == OrganisationKind::Cooperative {
        let bought = purchase_orders::table
            .filter(purchase_orders::buyer_id.eq(by.organisation))
            .select(purchase_orders::id);
        let sold = page().filter(despatches::cooperative_id.eq(by.organisation));
        let bought = page().filter(despatches::purchase_order_id.eq_any(bought));
        let sold: Vec<DespatchId> = sold.load(conn)?;
        let bought: Vec<DespatchId> = bought.load(conn)?;
        merged(sold, bought, limit)
    } else {
        let received = despatch_parts::table
            .filter(despatch_parts::branch_id.eq(by.organisation))
            .select(despatch_parts::despatch_id);
        let bought = purchase_orders::table
            .inner_join(orders::table)
            .filter(purchase_orders::buyer_id.eq(by.organisation))
            .filter(orders::pool_id.is_null())
            .select(purchase_orders::id);
        let received = page().filter(despatches::id.eq_any(received));
        let bought = page().filter(despatches::purchase_order_id.eq_any(bought));
        let received: Vec<DespatchId> = received.load(conn)?;
        let bought: Vec<DespatchId> = bought.load(conn)?;
        merged(received, bought, limit)
    };
    let rows: Vec<Row> = despatches::table
        .filter(despatches::id.eq_any(ids))
        .order(despatches::id)
        .load(conn)?;
    let mut page = with_parts(conn, rows)?;
    if by.kind != OrganisationKind::Cooperative {
        let ids: Vec<PurchaseOrderId> = page.iter().map(|one| one.purchase_order).collect();
        let whole: Vec<PurchaseOrderId> = purchase_orders::table
            .inner_join(orders::table)
            .filter(purchase_orders::id.eq_any(ids))
            .filter(purchase_orders::buyer_id.eq(by.organisation))
            .filter(orders::pool_id.is_null())
            .select(purchase_orders::id)
            .load(conn)?;
        for one in page
            .iter_mut()
            .filter(|one| !whole.contains(&one.purchase_order))
        {
            one.parts.retain(|part| part.branch == by.organisation);
        }
    }
    Ok(page)
}

fn with_parts(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Despatch>> {
    let ids: Vec<DespatchId> = rows.iter().map(|row| row.id).collect();
    let parts: Vec<(DespatchId, i32, OrganisationId, i64)> = despatch_parts::table
        .filter(despatch_parts::despatch_id.eq_any(ids))
        .order((despatch_parts::line_position, despatch_parts::branch_id))
        .load(conn)?;
    let mut of: BTreeMap<DespatchId, Vec<schedule::Part>> = BTreeMap::new();
    for (id, line, branch, quantity) in parts {
        let part = schedule::Part {
            line,
            branch,
            quantity: Micro::new(quantity),
        };
        of.entry(id).or_default().push(part);
    }
    rows.into_iter()
        .map(|row| {
            let parts = of.remove(&row.id).unwrap_or_default();
            row.with(parts)
        })
        .collect()
}

/// Everything of the purchase order that has left and was not received yet, in units.
///
/// # Errors
/// Those of the database.
pub(super) fn in_transit(conn: &mut Conn, id: PurchaseOrderId) -> Result<i64> {
    let received = receipts::table
        .filter(receipts::despatch_id.eq(despatch_parts::despatch_id))
        .filter(receipts::branch_id.eq(despatch_parts::branch_id));
    let open: Vec<i64> = despatch_parts::table
        .inner_join(despatches::table)
        .filter(despatches::purchase_order_id.eq(id))
        .filter(diesel::dsl::not(diesel::dsl::exists(received)))
        .select(despatch_parts::quantity_micro)
        .load(conn)?;
    Ok(open.iter().sum())
}
