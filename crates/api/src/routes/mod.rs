//! The operations: a folder a noun, a file a verb.
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::SwaggerUi;

pub mod auth;
pub mod health;
pub mod needs;
pub mod organisations;
pub mod unmet_needs;

/// All that stands under `/api/v1`.
pub fn api(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    organisations::routes(config);
    needs::routes(config);
    unmet_needs::routes(config);
}

/// What stands outside the API's version.
pub fn outside(config: &mut ServiceConfig<'_>) {
    health::routes(config);
}

/// The documentation's pages and the document itself.
pub fn docs(document: OpenApi) -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document)
}
