//! `GET /benchmarks/{id}`.
use super::{BenchmarkView, VERSION};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use store::governance::benchmarks;
use uuid::Uuid;

/// One benchmark.
#[utoipa::path(tag = "Benchmarks", operation_id = "benchmarks_get",
    params(("id" = Uuid, Path, description = "The benchmark.")),
    responses((status = 200, description = "The benchmark.", body = BenchmarkView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/benchmarks/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let benchmark = benchmarks::get(conn, (*id).into())?;
        Ok(Reply::ok(&BenchmarkView::from(benchmark), VERSION)?)
    })
    .await
}
