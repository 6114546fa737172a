//! What is owed and paid: milestones, the advance, invoices, credit notes, what an authority gave them, payments.
mod advance;
mod authorisations;
mod invoices;
mod milestones;
mod payments;

pub use payments::{PaymentText, parse as parse_payment};

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(milestones::get)
        .service(milestones::set)
        .service(advance::get)
        .service(advance::receive)
        .service(advance::refund)
        .service(invoices::bill)
        .service(invoices::list)
        .service(invoices::get)
        .service(authorisations::ask)
        .service(authorisations::authorise)
        .service(authorisations::get)
        .service(payments::settle)
        .service(payments::reverse)
        .service(payments::list);
}
