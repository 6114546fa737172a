//! Whether the process lives and can serve, and the keys that verify its tokens.
use crate::auth::tokens::PublicKey;
use crate::http::{Answer, Call, Reply};
use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(live).service(ready).service(keys);
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

/// The public keys of the access tokens.
#[utoipa::path(tag = "Operation", operation_id = "keys_list", security(()),
    responses((status = 200, description = "The keys.", body = KeySet)))]
#[get("/.well-known/jwks.json")]
pub async fn keys(call: Call) -> Answer {
    let keys = call.app.tokens.public_keys();
    call.answer(Reply::plain(&KeySet { keys }))
}
