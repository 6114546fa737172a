//! Importing a catalogue: many listings at once.
use super::named::{ProductName, Products};
use super::{Faults, Imported};
use crate::actor::Actor;
use crate::catalogue::capacity::{self, NewPeriod};
use crate::catalogue::listings::{self, Listing, NewListing, Terms};
use crate::catalogue::products::Product;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::ListingId;
use std::collections::{BTreeMap, BTreeSet};

/// Skus and listings that one query asks for.
const ASKED_AT_ONCE: usize = 500;

/// A row, read and valid by itself.
#[derive(Clone, Debug)]
pub struct Row {
    /// The co-operative's own number: a listing with it is changed, otherwise a draft is written.
    pub sku: String,
    /// What is listed.
    pub product: ProductName,
    /// What the co-operative says of it.
    pub terms: Terms,
    /// What is to come of the calendar; `None` leaves the calendar as it is.
    pub periods: Option<Vec<NewPeriod>>,
}

/// What the co-operative has on file: its listings by sku, and their calendars.
struct Present {
    listings: BTreeMap<String, Listing>,
    calendars: BTreeMap<ListingId, Vec<NewPeriod>>,
}

impl Present {
    fn of(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Self> {
        let mut present = Self {
            listings: BTreeMap::new(),
            calendars: BTreeMap::new(),
        };
        for some in rows.chunks(ASKED_AT_ONCE) {
            let skus: Vec<&str> = some.iter().map(|row| row.sku.as_str()).collect();
            let listings = listings::with_skus(conn, by.organisation, &skus)?;
            let ids: Vec<ListingId> = listings.iter().map(|listing| listing.id).collect();
            let calendars = capacity::calendars(conn, &ids, by.now.date())?;
            present.calendars.extend(calendars);
            let by_sku = listings.into_iter().map(|one| (one.sku.clone(), one));
            present.listings.extend(by_sku);
        }
        Ok(present)
    }

    /// Whether the row says nothing that is not on file already.
    fn says(&self, listing: &Listing, row: &Row) -> bool {
        let calendar = self
            .calendars
            .get(&listing.id)
            .map_or(&[][..], Vec::as_slice);
        let same_calendar = row.periods.as_ref().is_none_or(|periods| {
            periods.len() == calendar.len() && periods.iter().all(|one| calendar.contains(one))
        });
        same_calendar && listing.terms == row.terms
    }
}

/// Imports the rows for the actor's co-operative, in the caller's transaction.
///
/// # Errors
/// [`Code::Forbidden`]; [`Code::ImportRefused`] with a pointer `/rows/N/column` for each fault, rows
/// counted from 1.
pub(super) fn apply(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    listings::require_seller(by)?;
    let products = Products::of(conn, rows.iter().map(|row| &row.product))?;
    let present = Present::of(conn, by, rows)?;
    let mut faults = Faults::default();
    let mut imported = Imported::default();
    let mut seen = BTreeSet::new();
    let mut fresh = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if !seen.insert(row.sku.as_str()) {
            faults.add(at, "sku", "This sku stands in the file twice.");
            continue;
        }
        let product = match products.find(&row.product) {
            Ok(product) => product,
            Err(detail) => {
                faults.add(at, "product", detail);
                continue;
            }
        };
        let done = match present.listings.get(&row.sku) {
            None => check_new(by, product, row).map(|()| fresh.push((product, row))),
            Some(listing) if listing.product == product.id && present.says(listing, row) => {
                imported.unchanged += 1;
                Ok(())
            }
            Some(listing) => {
                imported.changed += 1;
                change(conn, by, row, product, listing)
            }
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => faults.add_refusal(at, &refusal, column),
            Err(error) => return Err(error),
        }
    }
    imported.created = fresh.len();
    if !faults.is_empty() {
        return faults.finish(imported);
    }
    create(conn, by, &fresh)?;
    Ok(imported)
}

/// The column that holds a field of a listing's body, or of its calendar's.
fn column(pointer: &str) -> Option<String> {
    match pointer.split('/').nth(1)? {
        "periods" => Some("capacity".to_owned()),
        name @ ("sku" | "product" | "minimum" | "lot" | "steps" | "freight" | "lead_days"
        | "offered_unit_price") => Some(name.to_owned()),
        _ => None,
    }
}

fn check_new(by: &Actor, product: &Product, row: &Row) -> Result<()> {
    listings::check_quantities(product, &row.terms)?;
    let periods = row.periods.as_deref().unwrap_or_default();
    capacity::check_periods(product, by.now.date(), None, periods)
}

/// Writes the drafts and their calendars, many rows in a statement.
fn create(conn: &mut Conn, by: &Actor, fresh: &[(&Product, &Row)]) -> Result<()> {
    let new: Vec<NewListing> = fresh
        .iter()
        .map(|(product, row)| NewListing {
            product: product.id,
            sku: row.sku.clone(),
            terms: row.terms.clone(),
        })
        .collect();
    let ids = listings::insert_all(conn, by, &new)?;
    let with_rows = || ids.iter().zip(fresh.iter().map(|(_, row)| *row));
    let calendars: Vec<(ListingId, &[NewPeriod])> = with_rows()
        .filter_map(|(id, row)| Some((*id, row.periods.as_deref()?)))
        .collect();
    capacity::insert_all(conn, by, &calendars)
}

fn change(
    conn: &mut Conn,
    by: &Actor,
    row: &Row,
    product: &Product,
    listing: &Listing,
) -> Result<()> {
    if listing.product != product.id {
        let detail = "The listing with this sku is of another product.";
        let refusal = Refusal::new(Code::InvalidInput, detail);
        return Err(refusal.at("/product").into());
    }
    let listing = listings::update(conn, by, listing, product, (listing.version, &row.terms))?;
    if let Some(periods) = &row.periods {
        capacity::replace(conn, by, listing.id, listing.version, periods)?;
    }
    Ok(())
}
