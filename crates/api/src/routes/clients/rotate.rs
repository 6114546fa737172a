//! `POST /clients/{id}/rotate-secret`.
use super::{ClientView, ClientWithSecret};
use crate::auth::secrets;
use crate::http::body::OptionalBody;
use crate::http::{Answer, Call, Fields, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{post, web};
use chrono::TimeDelta;
use serde::Deserialize;
use store::identity::clients;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long old secrets stay good where nothing is said, in hours: a day to bring the new one everywhere.
const OVERLAP_HOURS: u32 = 24;

/// How the old secret goes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    /// Hours for which the secrets before stay good beside the new one; 0 ends them at once.
    #[schema(minimum = 0, maximum = 168, default = 24, example = 24)]
    overlap_hours: Option<u32>,
}

impl RotateSecret {
    /// The time for which the secrets before stay good.
    ///
    /// # Errors
    /// `invalid_input` beyond a week.
    pub fn overlap(&self) -> Result<TimeDelta, crate::http::Problem> {
        let overlap = TimeDelta::hours(i64::from(self.overlap_hours.unwrap_or(OVERLAP_HOURS)));
        let mut fields = Fields::new();
        let detail = "Old secrets stay good for 0 to 168 hours.";
        fields.require(overlap <= clients::OVERLAP_MAX, "/overlap_hours", detail);
        fields.finish(|| Some(overlap))
    }
}

/// Gives a machine a new secret. Those before stay good for the hours that you say, a day if you say nothing.
#[utoipa::path(tag = "Machines", operation_id = "clients_rotate_secret",
    request_body(content = Option<RotateSecret>, content_type = "application/json"),
    params(("id" = Uuid, Path, description = "The machine."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The machine with its new secret.", body = ClientWithSecret,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/clients/{id}/rotate-secret")]
pub async fn rotate(call: Call, id: web::Path<Uuid>, body: OptionalBody<RotateSecret>) -> Answer {
    let overlap = body.value.overlap()?;
    let version = call.version()?;
    let (secret, hash) = secrets::fresh();
    call.write(body.digest, move |conn, actor| {
        let client = clients::rotate(conn, actor, (*id).into(), version, (&hash, overlap))?;
        let view = ClientView::at(&client, actor.now);
        let (shown, kept) = ClientWithSecret::pair(view, secret.clone());
        Ok(Reply::ok(&shown, client.version)?.once(&kept)?)
    })
    .await
}
