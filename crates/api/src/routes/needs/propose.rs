//! `POST /needs/{id}/proposals`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use crate::routes::proposals::ProposalView;
use actix_web::{post, web};
use store::needs::propose::ask;
use uuid::Uuid;

/// Matches what of a need is not on order yet, and keeps the plan as a proposal for seven days. Need
/// comes first, then fair work, then cost. Nothing is reserved; an earlier open proposal is superseded.
/// Where nobody can make any of it the need is unmet; what is left over goes to the unmet list.
#[utoipa::path(tag = "Needs", operation_id = "needs_propose",
    params(("id" = Uuid, Path, description = "The need."), IdempotencyKey),
    responses((status = 201, description = "The proposal.", body = ProposalView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "amount_out_of_range"]))))]
#[post("/needs/{id}/proposals")]
pub async fn propose(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        let made = ask(conn, actor, (*id).into())?;
        let (location, version) = (format!("/api/v1/proposals/{}", made.id), made.version);
        let view = ProposalView::of(conn, &made, actor.now)?;
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}
