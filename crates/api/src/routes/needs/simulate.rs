//! `POST /needs/{id}/simulate-match`.
use crate::http::{Answer, Call, Reply};
use crate::routes::proposals::MatchView;
use actix_web::{post, web};
use store::needs::propose;
use uuid::Uuid;

/// Matches a need as a proposal would, draft or published, and writes nothing.
#[utoipa::path(tag = "Needs", operation_id = "needs_simulate_match",
    params(("id" = Uuid, Path, description = "The need.")),
    responses((status = 200, description = "What a proposal would hold.", body = MatchView)),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "amount_out_of_range"]))))]
#[post("/needs/{id}/simulate-match")]
pub async fn simulate(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = propose::simulate(conn, actor, (*id).into())?.proposal;
        let view = MatchView::of(
            conn,
            found.as_of,
            found.currency,
            &found.lines,
            (&found.request, &found.plan, &found.basis),
        )?;
        Ok(Reply::plain(&view)?)
    })
    .await
}
