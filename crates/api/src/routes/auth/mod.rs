//! Logging in and out. A token acts for exactly one organisation.
mod login;
mod logout;
mod me;
mod refresh;

use crate::auth::tokens::ACCESS_FOR;
use crate::http::{Call, Problem, Reply};
use serde::Serialize;
use store::identity::sessions::Session;
use store::ids::OrganisationId;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(login::login)
        .service(refresh::refresh)
        .service(logout::logout)
        .service(me::me);
}

/// Tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenPair {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds until the access token expires.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// Trade it for the next pair before the access token expires. Using one twice ends the session.
    pub refresh_token: String,
    /// The organisation that the tokens act for.
    pub organisation_id: Uuid,
}

fn pair(
    call: &Call,
    session: Session,
    organisation: OrganisationId,
    refresh_token: String,
) -> Result<Reply, Problem> {
    Reply::plain(&TokenPair {
        access_token: call.app.tokens.sign(session, organisation, call.now)?,
        token_type: "Bearer",
        expires_in: ACCESS_FOR.num_seconds(),
        refresh_token,
        organisation_id: organisation.uuid(),
    })
}
