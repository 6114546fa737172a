//! Imports of tables.
mod catalogue;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(catalogue::import);
}
