//! Reports: reconciliation, payees, members, premium.
mod members;
mod payees;
mod premium;
mod reconciliation;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(reconciliation::report)
        .service(payees::report)
        .service(members::report)
        .service(premium::report);
}
