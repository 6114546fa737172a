//! Whether the process lives and can serve, how it does, and the keys that verify its tokens.
use crate::auth::tokens::PublicKey;
use crate::http::{Answer, Call, Reply, problem};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(live)
        .service(ready)
        .service(metrics)
        .service(keys);
}

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
}

/// JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// The keys whose signatures are accepted, the signing one first.
    pub keys: Vec<PublicKey>,
}

/// Whether the process answers.
#[utoipa::path(tag = "Operation", operation_id = "health_live", security(()),
    responses((status = 200, description = "It does.", body = Health)))]
#[get("/healthz")]
pub async fn live(call: Call) -> Answer {
    call.answer(Reply::plain(&Health { status: "ok" }))
}

/// Whether the server can serve: its database answers.
#[utoipa::path(tag = "Operation", operation_id = "health_ready", security(()),
    responses((status = 200, description = "It can.", body = Health)))]
#[get("/readyz")]
pub async fn ready(call: Call) -> Answer {
    call.app.db.read(store::operations::ping).await?;
    call.answer(Reply::plain(&Health { status: "ok" }))
}

/// The media type of OpenMetrics text.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Figures for Prometheus: answered requests by route and status, how long they took, and the entries of
/// the outbox that are due or were given up. Each replica counts its own requests.
#[utoipa::path(tag = "Operation", operation_id = "metrics_get", security(()),
    responses((status = 200, description = "OpenMetrics text.", body = String,
        content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
        example = "minga_outbox_entries{status=\"due\"} 0")))]
#[get("/metrics")]
pub async fn metrics(call: Call) -> Answer {
    let outbox = call.app.db.read(store::operations::outbox::count).await?;
    let text = call.app.metrics.text(&outbox);
    let text = text.map_err(|_| problem::internal())?;
    Ok(HttpResponse::Ok().content_type(OPENMETRICS).body(text))
}

/// The public keys of the access tokens.
#[utoipa::path(tag = "Operation", operation_id = "keys_list", security(()),
    responses((status = 200, description = "The keys.", body = KeySet)))]
#[get("/.well-known/jwks.json")]
pub async fn keys(call: Call) -> Answer {
    let keys = call.app.tokens.public_keys();
    call.answer(Reply::plain(&KeySet { keys }))
}
