//! Prices seen on the market: each row a quote, read by the rules of the API's own body.
use super::cells::Cells;
use crate::http::Fields;
use crate::routes::market_quotes::enter::{MarketQuoteText, parse};
use store::imports::MarketQuoteRow;

/// Reads a row whose needed cells are filled.
pub fn read(cells: &Cells<'_>, fields: &mut Fields) -> Option<MarketQuoteRow> {
    let product = cells.needed_product(fields);
    let observed_on = cells.day(fields, "observed_on");
    let body = MarketQuoteText {
        source: cells.text("source"),
        source_url: cells.get("source_url").map(str::to_owned),
        unit_price: cells.decimal("unit_price"),
        currency: cells.text("currency"),
        observed_on: observed_on.unwrap_or_default(),
        min_quantity: cells.optional("min_quantity"),
    };
    let seen = fields.of(parse(&body));
    observed_on?;
    Some(MarketQuoteRow {
        product: product?,
        seen: seen?,
    })
}
