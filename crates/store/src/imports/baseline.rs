//! Importing a baseline: what a buyer buys today, and from whom.
use super::named::{ProductName, Products};
use super::{Faults, Imported};
use crate::actor::Actor;
use crate::baseline::{self, Purchase, Terms};
use crate::db::Conn;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};

/// References that one query asks for.
const ASKED_AT_ONCE: usize = 500;

/// A row, read and valid by itself.
#[derive(Clone, Debug)]
pub struct Row {
    /// The buyer's own number: a purchase with it is changed, otherwise one is written.
    pub reference: String,
    /// The product, where the row names one.
    pub product: Option<ProductName>,
    /// What was bought, without the product.
    pub terms: Terms,
}

/// Imports the rows for the actor's organisation, in the caller's transaction.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::ImportRefused`](crate::Code::ImportRefused).
pub(super) fn apply(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    baseline::require_buyer(by)?;
    let products = Products::of(conn, rows.iter().filter_map(|row| row.product.as_ref()))?;
    let mut faults = Faults::default();
    let mut complete = Vec::with_capacity(rows.len());
    let mut seen = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        if !seen.insert(row.reference.as_str()) {
            faults.add(at, "reference", "This reference stands in the file twice.");
        }
        let mut terms = row.terms.clone();
        match row.product.as_ref().map(|name| products.find(name)) {
            None => {}
            Some(Ok(product)) => terms.product = Some(product.id),
            Some(Err(detail)) => faults.add(at, "product", detail),
        }
        complete.push((row.reference.as_str(), terms));
    }
    if !faults.is_empty() {
        return faults.finish(Imported::default());
    }
    let mut present: BTreeMap<String, Purchase> = BTreeMap::new();
    for some in complete.chunks(ASKED_AT_ONCE) {
        let references: Vec<&str> = some.iter().map(|(reference, _)| *reference).collect();
        for purchase in baseline::with_references(conn, by, &references)? {
            present.insert(purchase.reference.clone(), purchase);
        }
    }
    let mut imported = Imported::default();
    let mut fresh = Vec::new();
    for (reference, terms) in &complete {
        match present.get(*reference) {
            None => fresh.push((*reference, terms)),
            Some(purchase) if purchase.terms == *terms => imported.unchanged += 1,
            Some(purchase) => {
                imported.changed += 1;
                baseline::update(conn, by, purchase, terms)?;
            }
        }
    }
    imported.created = fresh.len();
    baseline::insert_all(conn, by, &fresh)?;
    Ok(imported)
}
