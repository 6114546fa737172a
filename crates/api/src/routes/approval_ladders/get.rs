//! `GET /organisations/{id}/approval-ladder`.
use super::LadderView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::ladders;
use uuid::Uuid;

/// The approval ladder that holds for your own organisation. Without one, two approvers sign everything.
#[utoipa::path(tag = "Organisations", operation_id = "approval_ladder_get",
    params(("id" = Uuid, Path, description = "Your organisation.")),
    responses((status = 200, description = "The ladder.", body = LadderView,
        headers(("ETag" = String, description = "Its number.")))))]
#[get("/organisations/{id}/approval-ladder")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let adopted = ladders::own(conn, actor, (*id).into())?;
        let number = adopted.number;
        Ok(Reply::ok(&LadderView::from(adopted), number)?)
    })
    .await
}
