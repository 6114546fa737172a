//! `GET` and `PUT /purchase-orders/{id}/schedule`, `POST …/schedule/agree`.
use crate::http::wire::{self, DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, put, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::fulfilment::schedule::{self, PARTS_MAX, Part, STAGES_MAX, Schedule, Stage, StagePlan};
use utoipa::ToSchema;
use uuid::Uuid;

/// What of a line goes to a branch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartText {
    /// The position of the order's line.
    #[schema(example = 1, minimum = 1)]
    line: i32,
    /// The buyer, one of its branches, or a member of the pool.
    branch_id: Uuid,
    #[schema(example = "500")]
    quantity: DecimalText,
}

/// A stage that is proposed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageText {
    due_on: NaiveDate,
    /// Each line and branch once.
    #[schema(min_items = 1, max_items = 1000)]
    parts: Vec<PartText>,
}

/// Stages for all that has not been sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchedule {
    #[schema(min_items = 1, max_items = 200)]
    stages: Vec<StageText>,
}

/// What of a line goes to a branch, and what of it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct StagePartView {
    #[schema(example = 1)]
    line: i32,
    branch_id: Uuid,
    #[schema(value_type = String, example = "500")]
    quantity: DecimalText,
    #[schema(value_type = String, example = "0")]
    despatched: DecimalText,
}

/// A stage that both sides agreed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    id: Uuid,
    /// Its number, never given to another.
    #[schema(example = 1)]
    position: i32,
    due_on: NaiveDate,
    parts: Vec<StagePartView>,
}

/// A schedule that one side proposes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// Whose it is; the other side agrees.
    proposed_by: Uuid,
    stages: Vec<StageText>,
}

/// The delivery schedule of a purchase order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleView {
    stages: Vec<StageView>,
    /// What would take the place of all that has not been sent; null where nothing is proposed.
    proposal: Option<ProposalView>,
}

impl From<Schedule> for ScheduleView {
    fn from(schedule: Schedule) -> Self {
        Self {
            stages: schedule.stages.into_iter().map(StageView::from).collect(),
            proposal: schedule.proposal.map(|(by, stages)| ProposalView {
                proposed_by: by.uuid(),
                stages: stages.iter().map(StageText::from).collect(),
            }),
        }
    }
}

impl From<Stage> for StageView {
    fn from(stage: Stage) -> Self {
        let part = |(part, sent): (Part, money::Micro)| StagePartView {
            line: part.line,
            branch_id: part.branch.uuid(),
            quantity: part.quantity.into(),
            despatched: sent.into(),
        };
        Self {
            id: stage.id.uuid(),
            position: stage.position,
            due_on: stage.due_on,
            parts: stage.parts.into_iter().map(part).collect(),
        }
    }
}

impl From<&StagePlan> for StageText {
    fn from(stage: &StagePlan) -> Self {
        Self {
            due_on: stage.due_on,
            parts: stage.parts.iter().map(PartText::from).collect(),
        }
    }
}

impl From<&Part> for PartText {
    fn from(part: &Part) -> Self {
        Self {
            line: part.line,
            branch_id: part.branch.uuid(),
            quantity: part.quantity.into(),
        }
    }
}

fn parse(body: &NewSchedule) -> Result<Vec<StagePlan>, Problem> {
    let mut fields = Fields::new();
    fields.require(
        (1..=STAGES_MAX).contains(&body.stages.len()),
        "/stages",
        format!("A schedule has 1 to {STAGES_MAX} stages."),
    );
    let stages: Vec<Option<StagePlan>> = body
        .stages
        .iter()
        .enumerate()
        .map(|(at, stage)| parse_stage(&mut fields, &format!("/stages/{at}"), stage))
        .collect();
    fields.finish(|| stages.into_iter().collect())
}

fn parse_stage(fields: &mut Fields, pointer: &str, stage: &StageText) -> Option<StagePlan> {
    let due_on = wire::day(fields, format!("{pointer}/due_on"), stage.due_on);
    fields.require(
        (1..=PARTS_MAX).contains(&stage.parts.len()),
        format!("{pointer}/parts"),
        format!("A stage has 1 to {PARTS_MAX} parts."),
    );
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    for (at, part) in stage.parts.iter().enumerate() {
        let pointer = format!("{pointer}/parts/{at}");
        let first = seen.insert((part.line, part.branch_id));
        fields.require(
            first,
            pointer.clone(),
            "This line and branch stand here twice.",
        );
        let units = (LEAST, QUANTITY_MAX);
        let quantity = part
            .quantity
            .micro_within(fields, format!("{pointer}/quantity"), units);
        parts.push(quantity.map(|quantity| Part {
            line: part.line,
            branch: part.branch_id.into(),
            quantity,
        }));
    }
    Some(StagePlan {
        due_on: due_on?,
        parts: parts.into_iter().collect::<Option<_>>()?,
    })
}

/// The delivery schedule: what goes where and when, what of it was sent, and what is proposed instead.
#[utoipa::path(tag = "Deliveries", operation_id = "schedule_get",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The schedule.", body = ScheduleView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/purchase-orders/{id}/schedule")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let schedule = schedule::see(conn, actor, (*id).into())?;
        let version = schedule.version;
        Ok(Reply::ok(&ScheduleView::from(schedule), version)?)
    })
    .await
}

/// Proposes stages for all that has not been sent: as the co-operative, or as the organisation that placed
/// the order. It holds once the other side agrees.
#[utoipa::path(tag = "Deliveries", operation_id = "schedule_propose", request_body = NewSchedule,
    params(("id" = Uuid, Path, description = "The purchase order."), IfMatch),
    responses((status = 200, description = "The schedule.", body = ScheduleView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[put("/purchase-orders/{id}/schedule")]
pub async fn propose(call: Call, id: web::Path<Uuid>, body: Body<NewSchedule>) -> Answer {
    let plan = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let schedule = schedule::propose(conn, actor, (*id).into(), version, &plan)?;
        let version = schedule.version;
        Ok(Reply::ok(&ScheduleView::from(schedule), version)?)
    })
    .await
}

/// Agrees to what the other side proposes.
#[utoipa::path(tag = "Deliveries", operation_id = "schedule_agree",
    params(("id" = Uuid, Path, description = "The purchase order."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The schedule.", body = ScheduleView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "distinct_person_required"]))))]
#[post("/purchase-orders/{id}/schedule/agree")]
pub async fn agree(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let schedule = schedule::agree(conn, actor, (*id).into(), version)?;
        let version = schedule.version;
        Ok(Reply::ok(&ScheduleView::from(schedule), version)?)
    })
    .await
}
