//! `GET /.well-known/oauth-authorization-server`.
use crate::auth::scopes;
use crate::http::{Answer, Call, Reply};
use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

/// Where and how machines get tokens (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct AuthorizationServer {
    /// Who signs the tokens: `iss` in them.
    #[schema(example = "https://minga.example")]
    issuer: String,
    /// Where tokens are asked for.
    token_endpoint: String,
    /// The keys that verify tokens.
    jwks_uri: String,
    /// All scopes; which a machine has, its organisation decides.
    scopes_supported: Vec<&'static str>,
    /// `none`: nobody is sent to an authorization endpoint.
    #[schema(example = json!(["none"]))]
    response_types_supported: [&'static str; 1],
    /// `client_credentials`.
    #[schema(example = json!(["client_credentials"]))]
    grant_types_supported: [&'static str; 1],
    /// In the header or in the form.
    #[schema(example = json!(["client_secret_basic", "client_secret_post"]))]
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// The document of this API.
    service_documentation: String,
}

/// Where and how machines get tokens.
#[utoipa::path(tag = "Machines", operation_id = "oauth_metadata", security(()),
    responses((status = 200, description = "The metadata.", body = AuthorizationServer)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn metadata(call: Call) -> Answer {
    let issuer = call.app.settings.public_url.clone();
    call.answer(Reply::plain(&AuthorizationServer {
        token_endpoint: format!("{issuer}/oauth/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        service_documentation: format!("{issuer}/docs/"),
        scopes_supported: scopes::ALL.iter().map(|(scope, _)| *scope).collect(),
        // The list is required, and RFC 8414 wants no empty ones.
        response_types_supported: ["none"],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        issuer,
    }))
}
