//! Deliveries: the schedule, despatch advices, receipts by branch, and claims about goods.
mod claims;
mod despatches;
mod progress;
mod ratings;
mod receipts;
mod schedule;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(schedule::get)
        .service(schedule::propose)
        .service(schedule::agree)
        .service(progress::get)
        .service(despatches::advise)
        .service(despatches::list)
        .service(despatches::get)
        .service(receipts::record)
        .service(receipts::list)
        .service(receipts::get)
        .service(ratings::rate)
        .service(ratings::of_cooperative)
        .service(claims::claim_defect)
        .service(claims::list)
        .service(claims::get)
        .service(claims::promise_remake)
        .service(claims::refuse_remake);
}
