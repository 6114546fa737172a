//! Simulations: the very code that confirmation runs, on figures of one's own; nothing is written.
mod match_shape;
mod matching;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(matching::simulate);
}
