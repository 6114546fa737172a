//! The books: journal, accounts, months, trial balance.
mod accounts;
mod balance;
mod details;
mod entries;
mod file;
mod periods;

pub use balance::Months;

use crate::http::{Fields, Problem};
use store::books::entries::Wanted;
use store::books::periods::is_month;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(entries::list)
        .service(entries::get)
        .service(file::file)
        .service(details::get)
        .service(details::put)
        .service(balance::trial)
        .service(accounts::get)
        .service(accounts::put)
        .service(periods::list)
        .service(periods::lock);
}

/// The months that are asked for.
pub(super) fn months(from: Option<&String>, to: Option<&String>) -> Result<Wanted, Problem> {
    let mut fields = Fields::new();
    for (pointer, month) in [("?from", from), ("?to", to)] {
        fields.require(
            month.is_none_or(|month| is_month(month)),
            pointer,
            "A month is written as 2026-11.",
        );
    }
    fields.finish(|| {
        Some(Wanted {
            from: from.cloned(),
            to: to.cloned(),
            purchase_order: None,
        })
    })
}
