//! What goes to the bank and what comes from it: payment runs and statements.
mod entries;
mod mapping;
mod runs;
mod statements;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(runs::propose)
        .service(runs::list)
        .service(runs::get)
        .service(runs::approve)
        .service(runs::cancel)
        .service(runs::file)
        .service(statements::take)
        .service(statements::list)
        .service(entries::list)
        .service(statements::file)
        .service(statements::get)
        .service(entries::get)
        .service(entries::assign)
        .service(entries::ignore);
}
