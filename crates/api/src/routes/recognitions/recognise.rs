//! `PUT /recognitions/{network_id}`.
use super::RecognitionView;
use crate::http::{Answer, Body, Call, Fields, Reply, wire};
use actix_web::{put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use store::governance::recognitions::{self, Outcome};
use utoipa::ToSchema;
use uuid::Uuid;

/// From when on a network's verifications are accepted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// The first day.
    since: NaiveDate,
}

/// Recognises another network's verifications for the buyers who name yours. It replaces nothing, so it
/// needs no If-Match: said twice it holds once, and one with other dates has to be ended first.
#[utoipa::path(tag = "Verification", operation_id = "recognitions_recognise", request_body = Since,
    params(("network_id" = Uuid, Path, description = "The network that is recognised.")),
    responses((status = 200, description = "It was on file already.", body = RecognitionView,
            headers(("ETag" = String, description = "Its version."))),
        (status = 201, description = "The recognition.", body = RecognitionView,
            headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state"]))))]
#[put("/recognitions/{network_id}")]
pub async fn recognise(call: Call, network: web::Path<Uuid>, body: Body<Since>) -> Answer {
    let mut fields = Fields::new();
    let since = wire::day(&mut fields, "/since", body.value.since);
    let since = fields.finish(|| since)?;
    call.write(Some(body.digest), move |conn, actor| {
        let reply = match recognitions::recognise(conn, actor, (*network).into(), since)? {
            Outcome::Created(made) => {
                let version = made.version;
                let location = format!("/api/v1/recognitions/{network}");
                Reply::created(location, &RecognitionView::from(made), version)?
            }
            Outcome::Unchanged(on_file) => {
                let version = on_file.version;
                Reply::ok(&RecognitionView::from(on_file), version)?
            }
        };
        Ok(reply)
    })
    .await
}
