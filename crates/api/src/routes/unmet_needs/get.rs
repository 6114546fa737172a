//! `GET /unmet-needs/{id}`.
use super::UnmetNeedView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::needs::unmet;
use uuid::Uuid;

/// One line that nobody can make yet; 404 once it is met, withdrawn or overdue.
#[utoipa::path(tag = "Needs", operation_id = "unmet_needs_get",
    params(("id" = Uuid, Path, description = "The line.")),
    responses((status = 200, description = "The line.", body = UnmetNeedView)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/unmet-needs/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let line = unmet::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&UnmetNeedView::from(line))?)
    })
    .await
}
