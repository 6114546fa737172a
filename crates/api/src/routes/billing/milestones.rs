//! `GET` and `PUT /orders/{id}/payment-milestones`.
use crate::http::wire::{DecimalText, LEAST};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use money::Micro;
use ordering::{MILESTONES_MAX, Milestone, MilestoneDue, Milestones};
use serde::{Deserialize, Serialize};
use store::fulfilment::milestones;
use utoipa::ToSchema;
use uuid::Uuid;

/// A part of the price, and when it is due.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneText {
    /// From 1, without a gap.
    #[schema(example = 1, minimum = 1, maximum = 12)]
    position: i32,
    /// A part of the whole, above 0: `"0.5"` is half. All of them add up to 1.
    #[schema(value_type = String, example = "0.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$", max_length = 40)]
    share: DecimalText,
    /// acceptance (an advance, before production; the first only) or delivery (of what is billed).
    #[schema(example = "acceptance")]
    due: String,
    /// Days after that.
    #[schema(example = 0, minimum = 0, maximum = 365)]
    days: i32,
}

/// When an order is paid.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestonesText {
    #[schema(min_items = 1, max_items = 12)]
    milestones: Vec<MilestoneText>,
}

impl From<&Milestones> for MilestonesText {
    fn from(milestones: &Milestones) -> Self {
        let text = |(position, one): (i32, Milestone)| MilestoneText {
            position,
            share: one.share.into(),
            due: one.due.as_str().to_owned(),
            days: one.days,
        };
        Self {
            milestones: (1..).zip(milestones.iter()).map(text).collect(),
        }
    }
}

fn parse(body: &MilestonesText) -> Result<Milestones, Problem> {
    let mut fields = Fields::new();
    let mut numbered = Vec::new();
    for (at, one) in body.milestones.iter().enumerate() {
        let pointer = format!("/milestones/{at}");
        let share =
            one.share
                .micro_within(&mut fields, format!("{pointer}/share"), (LEAST, Micro::ONE));
        let due = fields.take(format!("{pointer}/due"), MilestoneDue::parse(&one.due));
        if let (Some(share), Some(due)) = (share, due) {
            numbered.push((
                one.position,
                Milestone {
                    share,
                    due,
                    days: one.days,
                },
            ));
        }
    }
    fields.require(
        (1..=MILESTONES_MAX).contains(&body.milestones.len()),
        "/milestones",
        "There are one to twelve milestones.",
    );
    let numbered = fields.finish(|| Some(numbered))?;
    let mut fields = Fields::new();
    let milestones = fields.take("/milestones", Milestones::parse(&numbered));
    fields.finish(|| milestones)
}

/// When an order is paid: its milestones, or the usual ones of its rules.
#[utoipa::path(tag = "Invoices", operation_id = "milestones_get",
    params(("id" = Uuid, Path, description = "The order.")),
    responses((status = 200, description = "The milestones.", body = MilestonesText,
        headers(("ETag" = String, description = "The order's version.")))))]
#[get("/orders/{id}/payment-milestones")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let (found, version) = milestones::see(conn, actor, (*id).into())?;
        Ok(Reply::ok(&MilestonesText::from(&found), version)?)
    })
    .await
}

/// Sets a draft's milestones. They add up to 1; the advance is the one that the order's rules ask for, because
/// its price counts on it.
#[utoipa::path(tag = "Invoices", operation_id = "milestones_set", request_body = MilestonesText,
    params(("id" = Uuid, Path, description = "The order."), IfMatch),
    responses((status = 200, description = "The milestones.", body = MilestonesText,
        headers(("ETag" = String, description = "The order's version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[put("/orders/{id}/payment-milestones")]
pub async fn set(call: Call, id: web::Path<Uuid>, body: Body<MilestonesText>) -> Answer {
    let milestones = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let (set, version) = milestones::set(conn, actor, (*id).into(), version, &milestones)?;
        Ok(Reply::ok(&MilestonesText::from(&set), version)?)
    })
    .await
}
