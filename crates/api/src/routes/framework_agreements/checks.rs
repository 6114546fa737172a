//! `/framework-agreements/{id}/clauses/{position}/checks`: clauses measured on their review dates.
use crate::http::page::Paging;
use crate::http::wire::{DecimalText, MOST};
use crate::http::{Answer, Body, Call, Fields, List, Problem, Query, Reply, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use money::Micro;
use serde::{Deserialize, Serialize};
use store::agreements::clauses::{self, Check, NewCheck};
use store::ids::{AgreementId, ClauseCheckId};
use utoipa::ToSchema;
use uuid::Uuid;

/// A figure to be written down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckText {
    /// In the clause's unit.
    #[schema(example = "43")]
    measured: DecimalText,
    /// The day of the figure: the review date or later.
    #[schema(example = "2027-06-30")]
    measured_on: NaiveDate,
    /// How it was measured.
    #[schema(example = "Payroll of June, read at the assembly.", max_length = 2000)]
    note: String,
}

/// A measured clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    id: Uuid,
    agreement_id: Uuid,
    /// The clause.
    #[schema(example = 1)]
    position: i32,
    /// In the clause's unit.
    #[schema(value_type = String, example = "43")]
    measured: DecimalText,
    /// Whether it keeps what the clause promises.
    kept: bool,
    /// The day of the figure.
    measured_on: NaiveDate,
    note: String,
    /// For whom it was written down.
    recorded_for: Uuid,
    /// By whom.
    recorded_by: Uuid,
    recorded_at: DateTime<Utc>,
    /// The other side, where it confirmed the figure.
    confirmed_for: Option<Uuid>,
    confirmed_at: Option<DateTime<Utc>>,
    /// Whether both sides, or a network's verifier, stand behind it.
    settled: bool,
}

impl From<Check> for CheckView {
    fn from(check: Check) -> Self {
        Self {
            id: check.id.uuid(),
            agreement_id: check.agreement.uuid(),
            position: check.position,
            measured: check.measured.into(),
            kept: check.kept,
            measured_on: check.measured_on,
            note: check.note,
            recorded_for: check.recorded_for.uuid(),
            recorded_by: check.recorded_by.uuid(),
            recorded_at: check.recorded_at.utc(),
            confirmed_for: check.confirmed_for.map(store::ids::OrganisationId::uuid),
            confirmed_at: check.confirmed_at.map(store::sql::Time::utc),
            settled: check.settled,
        }
    }
}

fn parse(body: &NewCheckText) -> Result<NewCheck, Problem> {
    let mut fields = Fields::new();
    let measured = body
        .measured
        .micro_within(&mut fields, "/measured", (Micro::ZERO, MOST));
    let measured_on = wire::day(&mut fields, "/measured_on", body.measured_on);
    let note = fields.text("/note", &body.note, 2_000);
    fields.finish(|| {
        Some(NewCheck {
            measured: measured?,
            measured_on: measured_on?,
            note: note?,
        })
    })
}

fn path_of(check: &Check) -> String {
    format!(
        "/api/v1/framework-agreements/{}/clauses/{}/checks/{}",
        check.agreement, check.position, check.id
    )
}

/// Writes down the figure of a clause, on its review date or later. A verifier of the co-operative's networks
/// settles it; what one side writes down the other confirms.
#[utoipa::path(tag = "Framework agreements", operation_id = "clause_checks_record", request_body = NewCheckText,
    params(("id" = Uuid, Path, description = "The agreement."),
        ("position" = i32, Path, description = "The clause."), IdempotencyKey),
    responses((status = 201, description = "The figure.", body = CheckView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "too_soon"]))))]
#[post("/framework-agreements/{id}/clauses/{position}/checks")]
pub async fn record(call: Call, path: web::Path<(Uuid, i32)>, body: Body<NewCheckText>) -> Answer {
    let (id, position) = path.into_inner();
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = clauses::check(conn, actor, id.into(), position, &new)?;
        let version = made.version;
        Ok(Reply::created(
            path_of(&made),
            &CheckView::from(made),
            version,
        )?)
    })
    .await
}

/// Lists the figures of a clause, in the order in which they were written down.
#[utoipa::path(tag = "Framework agreements", operation_id = "clause_checks_list",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("position" = i32, Path, description = "The clause."), Paging),
    responses((status = 200, description = "A page.", body = List<CheckView>)))]
#[get("/framework-agreements/{id}/clauses/{position}/checks")]
pub async fn list(call: Call, path: web::Path<(Uuid, i32)>, query: Query<Paging>) -> Answer {
    let (id, position) = path.into_inner();
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let of = (AgreementId::from(id), position);
        let rows = clauses::list(conn, actor, of, page.after(), page.rows())?;
        let page = page.list(rows, |row| row.id.uuid(), CheckView::from);
        Ok(Reply::list(&page)?)
    })
    .await
}

/// One figure of a clause.
#[utoipa::path(tag = "Framework agreements", operation_id = "clause_checks_get",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("position" = i32, Path, description = "The clause."),
        ("check_id" = Uuid, Path, description = "The figure.")),
    responses((status = 200, description = "The figure.", body = CheckView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/framework-agreements/{id}/clauses/{position}/checks/{check_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, i32, Uuid)>) -> Answer {
    let of = ids(path.into_inner());
    call.read(move |conn, actor| {
        let check = clauses::see(conn, actor, of)?;
        let version = check.version;
        Ok(Reply::ok(&CheckView::from(check), version)?)
    })
    .await
}

/// Confirms a figure that the other side wrote down.
#[utoipa::path(tag = "Framework agreements", operation_id = "clause_checks_confirm",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("position" = i32, Path, description = "The clause."),
        ("check_id" = Uuid, Path, description = "The figure."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The figure.", body = CheckView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/clauses/{position}/checks/{check_id}/confirm")]
pub async fn confirm(call: Call, path: web::Path<(Uuid, i32, Uuid)>) -> Answer {
    let of = ids(path.into_inner());
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let check = clauses::confirm(conn, actor, of, version)?;
        let version = check.version;
        Ok(Reply::ok(&CheckView::from(check), version)?)
    })
    .await
}

fn ids((id, position, check): (Uuid, i32, Uuid)) -> (AgreementId, i32, ClauseCheckId) {
    (id.into(), position, check.into())
}
