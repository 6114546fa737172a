//! `POST /needs/{id}/upstream-records`.
use super::UpstreamRecordView;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{post, web};
use money::Micro;
use serde::Deserialize;
use store::needs::upstream::records::{self, NewRecord, Outcome};
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of a part of a need that nobody in the movement made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpstreamRecordText {
    /// The need's line.
    #[schema(example = 1, minimum = 1)]
    position: i32,
    /// No more than is neither on order nor recorded.
    #[schema(example = "300")]
    quantity: DecimalText,
    /// `bought_elsewhere` or unmet.
    #[schema(example = "bought_elsewhere")]
    outcome: String,
    #[schema(
        example = "No co-operative weaves it in this width.",
        max_length = 2000
    )]
    reason: String,
}

fn parse(body: &UpstreamRecordText) -> Result<NewRecord, Problem> {
    let mut fields = Fields::new();
    let bounds = (Micro::new(1), Micro::new(i64::MAX));
    let quantity = body.quantity.micro_within(&mut fields, "/quantity", bounds);
    let outcome = fields.take(
        "/outcome",
        Outcome::parse(&body.outcome).ok_or("This is bought_elsewhere or unmet."),
    );
    let reason = fields.text("/reason", &body.reason, 2_000);
    fields.finish(|| {
        Some(NewRecord {
            position: body.position,
            quantity: quantity?,
            outcome: outcome?,
            reason: reason?,
        })
    })
}

/// Records that your co-operative bought a part of its need elsewhere, or went without, once the networks had
/// their time: it is needed no more. A need of which nothing is left and nothing is on order is closed. The
/// networks read the record. `If-Match` is the need's.
#[utoipa::path(tag = "Upstream", operation_id = "upstream_records_make", request_body = UpstreamRecordText,
    params(("id" = Uuid, Path, description = "The need."), IfMatch, IdempotencyKeyRequired),
    responses((status = 201, description = "The record.", body = UpstreamRecordView,
        headers(("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "upstream_first"]))))]
#[post("/needs/{id}/upstream-records")]
pub async fn record(call: Call, id: web::Path<Uuid>, body: Body<UpstreamRecordText>) -> Answer {
    let new = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = records::record(conn, actor, (*id).into(), version, &new)?;
        let location = format!("/api/v1/upstream-records/{}", made.id);
        Ok(Reply::made(location, &UpstreamRecordView::from(made))?)
    })
    .await
}
