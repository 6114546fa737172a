//! `PUT /organisations/{id}/approval-ladder`.
use super::LadderView;
use super::text::{self, CurrencyStepsText};
use crate::http::{Answer, Body, Call, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{put, web};
use serde::Deserialize;
use store::governance::ladders;
use utoipa::ToSchema;
use uuid::Uuid;

/// A ladder with the decision that adopts it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLadder {
    /// The steps, by currency.
    #[schema(min_items = 1, max_items = 50)]
    ladders: Vec<CurrencyStepsText>,
    /// A record of your assembly with the subject `approval_ladder`, on the very text that
    /// `POST /simulations/approval-ladder` gives for these steps.
    assembly_record_id: Uuid,
}

/// Adopts an approval ladder by your assembly's decision; If-Match is "0" where there is none yet. Orders
/// that wait for approvals by the ladder before have to be submitted anew.
#[utoipa::path(tag = "Organisations", operation_id = "approval_ladder_adopt", request_body = NewLadder,
    params(("id" = Uuid, Path, description = "Your organisation."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The ladder.", body = LadderView,
        headers(("ETag" = String, description = "Its number.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "assembly_not_valid", "other_text"]))))]
#[put("/organisations/{id}/approval-ladder")]
pub async fn adopt(call: Call, id: web::Path<Uuid>, body: Body<NewLadder>) -> Answer {
    let ladder = text::read(&body.value.ladders)?;
    let record = body.value.assembly_record_id;
    let number = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let adopted = ladders::adopt(conn, actor, (*id).into(), number, &ladder, record.into())?;
        let number = adopted.number;
        Ok(Reply::ok(&LadderView::from(adopted), number)?)
    })
    .await
}
