//! The tables that are imported and exported, and what their columns are.
mod export;
mod list_schemas;
mod schema;

use crate::http::Problem;
use store::error::Code;
use store::imports::Table;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_schemas::list)
        .service(schema::get)
        .service(export::export);
}

/// A table.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum TableWord {
    /// A co-operative's listings, with their capacity.
    Catalogue,
    /// A buyer's needs, a line a row.
    Needs,
    /// Prices seen on the market.
    MarketQuotes,
    /// What a buyer buys today, and from whom.
    Baseline,
}

/// The table of this word.
///
/// # Errors
/// [`Code::NotFound`].
pub fn named(word: &str) -> Result<Table, Problem> {
    Table::parse(word)
        .ok_or_else(|| Problem::new(Code::NotFound, "There is nothing here that you can see."))
}
