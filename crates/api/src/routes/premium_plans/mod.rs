//! Premium plans: what an assembly decided to spend the premium on, what was spent, what came of it.
mod plans;
mod spendings;

pub use plans::PremiumPlanView;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(plans::list)
        .service(plans::record)
        .service(plans::get)
        .service(plans::record_result)
        .service(spendings::record)
        .service(spendings::list)
        .service(spendings::get)
        .service(spendings::reverse);
}
