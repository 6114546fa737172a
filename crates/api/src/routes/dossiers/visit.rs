//! `POST /dossiers/{id}/visit`.
use super::{DossierView, reply};
use crate::http::{Answer, Body, Call, Fields, wire};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::dossiers;
use utoipa::ToSchema;
use uuid::Uuid;

/// A verifier's visit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Today or before.
    visited_on: NaiveDate,
}

/// Notes the day on which a verifier of the network visited the co-operative.
#[utoipa::path(tag = "Verification", operation_id = "dossiers_visit", request_body = Visit,
    params(("id" = Uuid, Path, description = "The dossier."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The dossier.", body = DossierView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "conflict_of_interest", "wrong_state"]))))]
#[post("/dossiers/{id}/visit")]
pub async fn visit(call: Call, id: web::Path<Uuid>, body: Body<Visit>) -> Answer {
    let mut fields = Fields::new();
    let visited_on = wire::day(&mut fields, "/visited_on", body.value.visited_on);
    let visited_on = fields.finish(|| visited_on)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let visited = dossiers::visit(conn, actor, (*id).into(), version, visited_on)?;
        Ok(reply(visited)?)
    })
    .await
}
