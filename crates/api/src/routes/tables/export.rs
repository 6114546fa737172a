//! `GET /tables/{table}`.
use super::{TableWord, named};
use crate::http::problem::internal;
use crate::http::{Answer, Call, Problem, Query, Reply};
use crate::tables;
use crate::tables::sheet::Media;
use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// How to write it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// csv or xlsx.
    #[serde(default)]
    #[param(value_type = String, default = "csv", pattern = "^(csv|xlsx)$")]
    format: Media,
}

/// What your organisation has on file as a table, in the columns that an import reads: an export reads back
/// as unchanged. Cells that a spreadsheet would compute (`=`, `+`, `-`, `@`) have an apostrophe before
/// them, which an import takes away.
#[utoipa::path(tag = "Tables", operation_id = "tables_export",
    params(("table" = inline(TableWord), Path, description = "The table."), Wanted),
    responses((status = 200, description = "The table's file.", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/tables/{table}")]
pub async fn export(call: Call, table: web::Path<String>, query: Query<Wanted>) -> Answer {
    let format = query.0.format;
    let today = call.now.date();
    let export = call
        .look(move |conn, actor| {
            let table = named(&table).map_err(Problem::into_error)?;
            tables::export(conn, actor, table)
        })
        .await?;
    let reply = web::block(move || {
        let file = export.file(format).map_err(|error| {
            tracing::error!(%error, "a workbook could not be written");
            internal()
        })?;
        let name = format!("{}-{today}.{}", export.table().as_str(), format.as_str());
        Ok(Reply::file(&name, format.mime(), file))
    });
    call.answer(reply.await.map_err(|_| internal())?)
}
