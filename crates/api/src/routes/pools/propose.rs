//! `POST /pools/{id}/proposals`.
use crate::http::{Answer, Call, Reply};
use crate::openapi::IdempotencyKey;
use crate::routes::proposals::ProposalView;
use actix_web::{post, web};
use store::needs::proposals;
use store::pools::closing;
use uuid::Uuid;

/// Asks who else can make all of what a pool ordered, after its co-operative declined or let the time to
/// answer pass: the order is matched again by the proposal.
#[utoipa::path(tag = "Pools", operation_id = "pools_propose",
    params(("id" = Uuid, Path, description = "The pool."), IdempotencyKey),
    responses((status = 201, description = "The proposal.", body = ProposalView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "nothing_matched", "no_common_rule_set",
        "workplace_missing", "currency_mismatch", "amount_out_of_range"]))))]
#[post("/pools/{id}/proposals")]
pub async fn propose(call: Call, id: web::Path<Uuid>) -> Answer {
    call.write(None, move |conn, actor| {
        let made = closing::propose_again(conn, actor, (*id).into())?;
        let proposal = proposals::get(conn, actor, made)?;
        let location = format!("/api/v1/proposals/{made}");
        let view = ProposalView::of(conn, &proposal, actor.now)?;
        Ok(Reply::created(location, &view, proposal.version)?)
    })
    .await
}
