//! `GET /tables`.
use crate::http::{Answer, Reply};
use crate::tables;
use actix_web::get;
use serde::Serialize;
use serde_json::Value;
use store::imports::Table;
use utoipa::ToSchema;

/// The tables that are imported and exported.
#[derive(Debug, Serialize, ToSchema)]
pub struct TablesView {
    /// A Frictionless Table Schema each; `name` is the table's word in paths.
    #[schema(value_type = Vec<Object>)]
    tables: Vec<Value>,
}

/// The tables that are imported and exported, each with its columns as a Frictionless Table Schema.
#[utoipa::path(tag = "Tables", operation_id = "tables_list", security(()),
    responses((status = 200, description = "The tables.", body = TablesView)))]
#[get("/tables")]
pub async fn list() -> Answer {
    let tables = Table::ALL.into_iter().map(tables::schema).collect();
    Reply::plain(&TablesView { tables })?.alone()
}
