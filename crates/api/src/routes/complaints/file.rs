//! `POST /complaints`.
use super::ComplaintView;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::post;
use serde::Deserialize;
use store::complaints::{self, Deadlines, NewComplaint as Terms, Object};
use utoipa::ToSchema;
use uuid::Uuid;

/// A complaint to be filed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComplaint {
    /// `purchase_order` (a delivery: by its co-operative or a payer), round (a ranking: by a buyer whose need
    /// was in it, or a co-operative with an open listing in its currency) or dossier (a network's decision:
    /// by its co-operative).
    #[schema(example = "purchase_order")]
    object: String,
    object_id: Uuid,
    /// An admitted network that is not a side: its inspectors decide.
    network_id: Uuid,
    #[schema(
        example = "Two hundred of the thousand came without glaze.",
        max_length = 5000
    )]
    grounds: String,
}

fn parse(body: &NewComplaint) -> Result<Terms, Problem> {
    let mut fields = Fields::new();
    let object = fields.take(
        "/object",
        Object::parse(&body.object).ok_or("Nobody complains about such a thing."),
    );
    let grounds = fields.text("/grounds", &body.grounds, 5000);
    fields.finish(|| {
        Some(Terms {
            object: (object?, body.object_id),
            network: body.network_id.into(),
            grounds: grounds?,
        })
    })
}

/// Files a complaint. The other side is told and has its time to answer; then an inspector decides who
/// belongs to neither side.
#[utoipa::path(tag = "Complaints", operation_id = "complaints_file", request_body = NewComplaint,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The complaint.", body = ComplaintView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "not_found", "wrong_state", "conflict_of_interest",
        "duplicate"]))))]
#[post("/complaints")]
pub async fn file(call: Call, body: Body<NewComplaint>) -> Answer {
    let new = parse(&body.value)?;
    let deadlines = Deadlines {
        statement_within: call.app.settings.statement_within,
        outcome_within: call.app.settings.outcome_within,
    };
    call.write(Some(body.digest), move |conn, actor| {
        let filed = complaints::file(conn, actor, &new, deadlines)?;
        let names = complaints::names(conn, std::slice::from_ref(&filed))?;
        let (location, version) = (format!("/api/v1/complaints/{}", filed.id), filed.version);
        let view = ComplaintView::new(filed, &names);
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}
