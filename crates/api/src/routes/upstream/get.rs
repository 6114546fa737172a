//! `GET /upstream-needs/{id}`.
use super::UpstreamNeedView;
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::needs::upstream;
use uuid::Uuid;

/// One need of a co-operative that is offered to yours first; 404 once that time is over, or it is on order.
#[utoipa::path(tag = "Upstream", operation_id = "upstream_needs_get",
    params(("id" = Uuid, Path, description = "The need.")),
    responses((status = 200, description = "The need.", body = UpstreamNeedView)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/upstream-needs/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let need = upstream::get(conn, actor, (*id).into())?;
        let names = upstream::names(conn, std::slice::from_ref(&need))?;
        Ok(Reply::plain(&UpstreamNeedView::new(need, &names))?)
    })
    .await
}
