//! Machines that act for an organisation: OAuth 2.0 clients, for its admins.
mod get;
mod list;
mod register;
mod revoke;
mod rotate;

use chrono::{DateTime, NaiveDate, Utc};
pub use rotate::RotateSecret;
use serde::Serialize;
use store::identity::clients::Client;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(register::register)
        .service(list::list)
        .service(get::get)
        .service(rotate::rotate)
        .service(revoke::revoke);
}

/// A machine that acts for your organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientView {
    /// Its `client_id` at `/oauth/token`.
    id: Uuid,
    #[schema(example = "Accounting of the union")]
    name: String,
    /// What its tokens can be used for.
    #[schema(example = json!(["accounting:read", "events:read"]))]
    scopes: Vec<String>,
    /// What its mandate allows.
    #[schema(example = json!(["accountant", "member"]))]
    roles: Vec<String>,
    /// The last day.
    expires_on: NaiveDate,
    /// active, revoked or expired.
    #[schema(example = "active")]
    status: &'static str,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl ClientView {
    fn at(client: &Client, now: Time) -> Self {
        let facts = &client.mandate.facts;
        Self {
            id: client.id.uuid(),
            name: client.name.clone(),
            scopes: client.scopes.clone(),
            roles: facts.roles.iter().map(ToString::to_string).collect(),
            expires_on: facts.expires_on,
            status: client.status(now),
            created_at: client.created_at.utc(),
            revoked_at: client.revoked_at.map(Time::utc),
        }
    }
}

/// A machine with its new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientWithSecret {
    #[serde(flatten)]
    client: ClientView,
    /// Its `client_secret` at `/oauth/token`. It is shown this once, and not even to a repeated request.
    client_secret: Option<String>,
}

impl ClientWithSecret {
    /// The answer that shows the secret, and the one that is kept.
    fn pair(client: ClientView, secret: String) -> (Self, Self) {
        let kept = Self {
            client: client.clone(),
            client_secret: None,
        };
        let shown = Self {
            client,
            client_secret: Some(secret),
        };
        (shown, kept)
    }
}
