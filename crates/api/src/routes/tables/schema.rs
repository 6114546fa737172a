//! `GET /tables/{table}/schema`.
use super::{TableWord, named};
use crate::http::{Answer, Reply};
use crate::tables;
use actix_web::{get, web};

/// A table's columns as a Frictionless Table Schema: what validators and spreadsheet tools read.
#[utoipa::path(tag = "Tables", operation_id = "tables_schema", security(()),
    params(("table" = inline(TableWord), Path, description = "The table.")),
    responses((status = 200, description = "The schema.", body = Object)))]
#[get("/tables/{table}/schema")]
pub async fn get(table: web::Path<String>) -> Answer {
    Reply::plain(&tables::schema(named(&table)?))?.alone()
}
