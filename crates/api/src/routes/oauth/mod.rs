//! OAuth 2.0 for machines: tokens by client credentials (RFC 6749), and where to find them (RFC 8414).
mod metadata;
mod token;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(token::token).service(metadata::metadata);
}
