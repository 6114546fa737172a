//! The delivery schedule: stages, each with a date and what goes to which branch. Either side proposes what is
//! still to be sent anew, and the other side agrees.
use super::notice::{self, Event};
use super::trade::Trade;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, FieldError, OrNotFound, Refusal, Result, corrupt};
use crate::identity::tree;
use crate::ids::{OrganisationId, PurchaseOrderId, StageId};
use crate::operations::audit;
use crate::orders::payers::Payer;
use crate::orders::shares;
use crate::schema::{delivery_schedules, delivery_stages, stage_parts};
use crate::sql::Json;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::PurchaseOrderState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Stages that a schedule has at most.
pub const STAGES_MAX: usize = 200;
/// Parts that a stage has at most.
pub const PARTS_MAX: usize = 1000;

/// What of a line goes to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The line of the order.
    pub line: i32,
    /// Where to.
    pub branch: OrganisationId,
    /// Units, above zero.
    pub quantity: Micro,
}

/// A stage to be agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagePlan {
    /// When it is due.
    pub due_on: NaiveDate,
    /// What goes where; each line and branch once.
    pub parts: Vec<Part>,
}

/// A stage that was agreed.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The id.
    pub id: StageId,
    /// Its number, never given to another.
    pub position: i32,
    /// When it is due.
    pub due_on: NaiveDate,
    /// What goes where, with what of it has been sent.
    pub parts: Vec<(Part, Micro)>,
}

/// The schedule of a purchase order.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// What holds.
    pub stages: Vec<Stage>,
    /// What one side proposes in the place of all that is not sent yet, and who.
    pub proposal: Option<(OrganisationId, Vec<StagePlan>)>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptStage {
    due_on: NaiveDate,
    parts: Vec<(i32, Uuid, i64)>,
}

/// The schedule, for both sides and the branches.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Schedule> {
    Trade::seen(conn, by, id)?;
    load(conn, id)
}

fn load(conn: &mut Conn, id: PurchaseOrderId) -> Result<Schedule> {
    let kept: Option<(Option<Json>, Option<OrganisationId>, i64)> = delivery_schedules::table
        .find(id)
        .select((
            delivery_schedules::proposal,
            delivery_schedules::proposed_by,
            delivery_schedules::version,
        ))
        .first(conn)
        .optional()?;
    let (proposal, proposed_by, version) = kept.or_not_found()?;
    let proposal = match (proposal, proposed_by) {
        (Some(kept), Some(by)) => Some((by, unpack(kept)?)),
        _ => None,
    };
    Ok(Schedule {
        stages: stages(conn, id)?,
        proposal,
        version,
    })
}

/// The agreed stages, by number.
///
/// # Errors
/// Those of the database.
pub(super) fn stages(conn: &mut Conn, id: PurchaseOrderId) -> Result<Vec<Stage>> {
    let rows: Vec<(StageId, i32, NaiveDate)> = delivery_stages::table
        .filter(delivery_stages::purchase_order_id.eq(id))
        .order(delivery_stages::position)
        .select((
            delivery_stages::id,
            delivery_stages::position,
            delivery_stages::due_on,
        ))
        .load(conn)?;
    let ids: Vec<StageId> = rows.iter().map(|row| row.0).collect();
    let parts: Vec<(StageId, i32, OrganisationId, i64, i64)> = stage_parts::table
        .filter(stage_parts::stage_id.eq_any(ids))
        .order((stage_parts::line_position, stage_parts::branch_id))
        .load(conn)?;
    let mut by_stage: BTreeMap<StageId, Vec<(Part, Micro)>> = BTreeMap::new();
    for (stage, line, branch, quantity, sent) in parts {
        let part = Part {
            line,
            branch,
            quantity: Micro::new(quantity),
        };
        by_stage
            .entry(stage)
            .or_default()
            .push((part, Micro::new(sent)));
    }
    Ok(rows
        .into_iter()
        .map(|(id, position, due_on)| Stage {
            id,
            position,
            due_on,
            parts: by_stage.remove(&id).unwrap_or_default(),
        })
        .collect())
}

/// Writes the first schedule of a purchase order.
///
/// # Errors
/// Those of the database.
pub(super) fn begin(conn: &mut Conn, id: PurchaseOrderId, plan: &[StagePlan]) -> Result<()> {
    diesel::insert_into(delivery_schedules::table)
        .values((
            delivery_schedules::purchase_order_id.eq(id),
            delivery_schedules::version.eq(1_i64),
        ))
        .execute(conn)?;
    add_stages(conn, id, plan, 1)
}

/// Proposes stages for all that has not been sent. The other side agrees, or proposes again.
///
/// # Errors
/// [`Code::Forbidden`] for whoever is neither seller nor buyer of it, [`Code::WrongState`] unless it is
/// accepted, [`Code::Stale`], [`Code::InvalidInput`] where the parts are not what is still to be sent, go to
/// somebody who has no part in it, or change what a pool's member gets.
pub fn propose(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    version: i64,
    plan: &[StagePlan],
) -> Result<Schedule> {
    let trade = of_either_side(conn, by, id)?;
    let present = current(conn, id, version)?;
    require_same(&trade, &present.stages, plan)?;
    require_branches(conn, &trade, plan)?;
    save(conn, id, version, Some((by.organisation, pack(plan)?)))?;
    let after = json!({"stages": plan.len()});
    audit::change(conn, by, "schedule.propose", id.uuid(), None, &after)?;
    let url = format!("/purchase-orders/{id}/schedule");
    notice::tell_other(
        conn,
        &trade,
        by.organisation,
        Event::ScheduleProposed,
        url,
        by.now,
    )?;
    load(conn, id)
}

/// The other side agrees: the proposal holds from now on. What was sent stays as it was.
///
/// # Errors
/// [`Code::WrongState`] where nothing is proposed or goods were sent meanwhile,
/// [`Code::DistinctPersonRequired`] for the side that proposed it, [`Code::Stale`], [`Code::Forbidden`].
pub fn agree(conn: &mut Conn, by: &Actor, id: PurchaseOrderId, version: i64) -> Result<Schedule> {
    let trade = of_either_side(conn, by, id)?;
    let present = current(conn, id, version)?;
    let Some((proposer, plan)) = present.proposal else {
        return Err(Refusal::new(Code::WrongState, "No schedule is proposed.").into());
    };
    if proposer == by.organisation {
        let detail = "The other side agrees to a schedule, not the one that proposed it.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    require_same(&trade, &present.stages, &plan)?;
    keep_what_was_sent(conn, &present.stages)?;
    let next = present
        .stages
        .iter()
        .map(|stage| stage.position)
        .max()
        .unwrap_or(0);
    add_stages(conn, id, &plan, next.saturating_add(1))?;
    save(conn, id, version, None)?;
    let after = json!({"stages": plan.len()});
    audit::change(conn, by, "schedule.agree", id.uuid(), None, &after)?;
    let url = format!("/purchase-orders/{id}/schedule");
    notice::tell_other(
        conn,
        &trade,
        by.organisation,
        Event::ScheduleAgreed,
        url,
        by.now,
    )?;
    load(conn, id)
}

fn of_either_side(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Trade> {
    let trade = Trade::locked(conn, by, id)?;
    if trade.issued.cooperative == by.organisation {
        by.require(&[Role::Seller])?;
    } else {
        trade.require_buyer(by, &[Role::Buyer])?;
    }
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    Ok(trade)
}

fn current(conn: &mut Conn, id: PurchaseOrderId, version: i64) -> Result<Schedule> {
    let present = load(conn, id)?;
    if present.version == version {
        return Ok(present);
    }
    Err(Refusal::stale().into())
}

type Sums = BTreeMap<(i32, Option<OrganisationId>), i64>;

/// The plan must be what is still to be sent of each line; of a pool, for each member too, whose contract
/// says how much it gets.
fn require_same(trade: &Trade, stages: &[Stage], plan: &[StagePlan]) -> Result<()> {
    let branch = |part: &Part| trade.is_pooled().then_some(part.branch);
    let mut open = Sums::new();
    for (part, sent) in stages.iter().flat_map(|stage| &stage.parts) {
        let left = part.quantity.get().saturating_sub(sent.get());
        *open.entry((part.line, branch(part))).or_default() += left;
    }
    let mut planned = Sums::new();
    for part in plan.iter().flat_map(|stage| &stage.parts) {
        let sum = planned.entry((part.line, branch(part))).or_default();
        *sum = sum.saturating_add(part.quantity.get());
    }
    open.retain(|_, left| *left > 0);
    let keys: BTreeSet<_> = open.keys().chain(planned.keys()).copied().collect();
    let wrong: Vec<FieldError> = keys
        .into_iter()
        .filter_map(|key| {
            let of = |sums: &Sums| Micro::new(sums.get(&key).copied().unwrap_or(0));
            let (left, given) = (of(&open), of(&planned));
            let whose = key
                .1
                .map_or(String::new(), |member| format!(" for {member}"));
            (left != given).then(|| FieldError {
                pointer: "/stages".to_owned(),
                detail: format!(
                    "Of line {}{whose}, {left} are to be sent, not {given}.",
                    key.0
                ),
            })
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let detail = "The stages do not add up to what is still to be sent.";
    let mut refusal = Refusal::new(Code::InvalidInput, detail);
    refusal.fields = wrong;
    Err(refusal.into())
}

/// Goods go to the buyer and its branches, or to a pool's members.
fn require_branches(conn: &mut Conn, trade: &Trade, plan: &[StagePlan]) -> Result<()> {
    let members: Vec<OrganisationId> = shares::of_order(conn, &trade.order)?
        .into_iter()
        .filter(|share| share.payer == Payer::Buyer)
        .map(|share| share.organisation)
        .collect();
    let named: BTreeSet<OrganisationId> = plan
        .iter()
        .flat_map(|stage| &stage.parts)
        .map(|part| part.branch)
        .collect();
    for branch in named {
        let known = branch == trade.issued.buyer && !trade.is_pooled()
            || members.contains(&branch)
            || !trade.is_pooled() && tree::is_in_tree(conn, trade.issued.buyer, branch)?;
        if !known {
            let detail = format!("{branch} is no branch of the buyer, nor a member of the pool.");
            return Err(Refusal::new(Code::InvalidInput, detail)
                .at("/stages")
                .into());
        }
    }
    Ok(())
}

/// What has not been sent leaves the schedule: the new stages hold it.
fn keep_what_was_sent(conn: &mut Conn, stages: &[Stage]) -> Result<()> {
    let ids: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    diesel::delete(
        stage_parts::table
            .filter(stage_parts::stage_id.eq_any(ids))
            .filter(stage_parts::despatched_micro.eq(0)),
    )
    .execute(conn)?;
    for stage in stages {
        let sent = || stage.parts.iter().filter(|(_, sent)| *sent > Micro::ZERO);
        for (part, sent) in sent() {
            diesel::update(stage_parts::table.find((stage.id, part.line, part.branch)))
                .set(stage_parts::quantity_micro.eq(sent.get()))
                .execute(conn)?;
        }
        if sent().next().is_none() {
            diesel::delete(delivery_stages::table.find(stage.id)).execute(conn)?;
        }
    }
    Ok(())
}

fn add_stages(conn: &mut Conn, id: PurchaseOrderId, plan: &[StagePlan], first: i32) -> Result<()> {
    for (position, stage) in (first..).zip(plan) {
        let stage_id = StageId::fresh();
        diesel::insert_into(delivery_stages::table)
            .values((
                delivery_stages::id.eq(stage_id),
                delivery_stages::purchase_order_id.eq(id),
                delivery_stages::position.eq(position),
                delivery_stages::due_on.eq(stage.due_on),
            ))
            .execute(conn)?;
        for part in &stage.parts {
            diesel::insert_into(stage_parts::table)
                .values((
                    stage_parts::stage_id.eq(stage_id),
                    stage_parts::line_position.eq(part.line),
                    stage_parts::branch_id.eq(part.branch),
                    stage_parts::quantity_micro.eq(part.quantity.get()),
                    stage_parts::despatched_micro.eq(0_i64),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn save(
    conn: &mut Conn,
    id: PurchaseOrderId,
    version: i64,
    proposal: Option<(OrganisationId, Json)>,
) -> Result<()> {
    let (by, kept) = proposal.map_or((None, None), |(by, kept)| (Some(by), Some(kept)));
    let changed = diesel::update(delivery_schedules::table.find(id))
        .filter(delivery_schedules::version.eq(version))
        .set((
            delivery_schedules::proposal.eq(kept),
            delivery_schedules::proposed_by.eq(by),
            delivery_schedules::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

fn pack(plan: &[StagePlan]) -> Result<Json> {
    let kept: Vec<KeptStage> = plan
        .iter()
        .map(|stage| KeptStage {
            due_on: stage.due_on,
            parts: stage
                .parts
                .iter()
                .map(|part| (part.line, part.branch.uuid(), part.quantity.get()))
                .collect(),
        })
        .collect();
    serde_json::to_value(kept)
        .map(Json)
        .map_err(|_| corrupt("delivery_schedules.proposal"))
}

fn unpack(kept: Json) -> Result<Vec<StagePlan>> {
    let kept: Vec<KeptStage> =
        serde_json::from_value(kept.0).map_err(|_| corrupt("delivery_schedules.proposal"))?;
    let part = |(line, branch, quantity): (i32, Uuid, i64)| Part {
        line,
        branch: branch.into(),
        quantity: Micro::new(quantity),
    };
    Ok(kept
        .into_iter()
        .map(|stage| StagePlan {
            due_on: stage.due_on,
            parts: stage.parts.into_iter().map(part).collect(),
        })
        .collect())
}
