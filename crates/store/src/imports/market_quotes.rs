//! Importing market quotes: a quote that is on file already is not entered again.
use super::named::{ProductName, Products};
use super::{Faults, Imported};
use crate::actor::Actor;
use crate::catalogue::market_quotes::{self, NewQuote};
use crate::catalogue::require_trade;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::ProductId;
use std::collections::BTreeSet;

/// A row, read and valid by itself.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of which product.
    pub product: ProductName,
    /// What was seen.
    pub seen: NewQuote,
}

/// Imports the rows, in the caller's transaction.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::NotAdmitted`](crate::Code::NotAdmitted),
/// [`Code::ImportRefused`](crate::Code::ImportRefused).
pub(super) fn apply(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    require_trade(by)?;
    let products = Products::of(conn, rows.iter().map(|row| &row.product))?;
    let mut faults = Faults::default();
    let mut named = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        match products.find(&row.product) {
            Err(detail) => faults.add(at, "product", detail),
            Ok(product) => match market_quotes::check_day(by, &row.seen) {
                Ok(()) => named.push((product.id, &row.seen)),
                Err(Error::Refused(refusal)) => faults.add(at, "observed_on", refusal.detail),
                Err(error) => return Err(error),
            },
        }
    }
    if !faults.is_empty() {
        return faults.finish(Imported::default());
    }
    let ids: BTreeSet<ProductId> = named.iter().map(|(product, _)| *product).collect();
    let mut on_file = market_quotes::entered_by(conn, by.organisation, &ids)?;
    let fresh: Vec<(ProductId, &NewQuote)> = named
        .iter()
        .filter(|(product, seen)| on_file.insert((*product, (*seen).clone())))
        .copied()
        .collect();
    market_quotes::insert_all(conn, by, &fresh)?;
    Ok(Imported {
        created: fresh.len(),
        changed: 0,
        unchanged: named.len().saturating_sub(fresh.len()),
    })
}
