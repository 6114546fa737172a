//! `GET /imports/{id}/errors`.
use crate::http::problem::internal;
use crate::http::{Answer, Call, Reply};
use crate::tables::{errors_file, sheet::Media};
use actix_web::{get, web};
use store::imports;
use uuid::Uuid;

/// What is wrong with the table of a refused import, as a table: row, column, error; at most 10,000.
#[utoipa::path(tag = "Tables", operation_id = "imports_errors",
    params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, description = "The errors.", body = String, content_type = "text/csv")))]
#[get("/imports/{id}/errors")]
pub async fn errors(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let import = imports::get(conn, actor, (*id).into())?;
        let name = format!("errors-{}.csv", import.id);
        let file = errors_file(&import.faults).map_err(|error| {
            tracing::error!(%error, "a file of errors could not be written");
            internal()
        })?;
        Ok(Reply::file(&name, Media::Csv.mime(), file))
    })
    .await
}
