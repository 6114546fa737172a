//! Importing a catalogue: many listings at once, all or nothing.
use super::capacity::{self, NewPeriod};
use super::fold::fold;
use super::listings::{self, Listing, NewListing, Terms};
use super::products::{self, Product};
use super::units::Gtin;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, Refusal, Result};
use diesel::Connection;
use diesel::result::Error as DieselError;
use std::collections::{BTreeMap, BTreeSet};

/// Rows that an import has at most: bounds the work of one transaction.
pub const ROWS_MAX: usize = 5_000;
/// Faults that a refused import names at most; its sentence counts all of them.
pub const FAULTS_MAX: usize = 200;

/// How a row names its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductName {
    /// By its number in trade.
    Gtin(Gtin),
    /// By its name; accents and case do not matter.
    Name(String),
}

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

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Drafts written.
    pub created: usize,
    /// Listings changed.
    pub changed: usize,
}

/// Imports the rows for the actor's co-operative, in the caller's transaction.
///
/// # Errors
/// [`Code::Forbidden`]; [`Code::ImportRefused`] with a pointer `/rows/N/column` for each fault, rows
/// counted from 1.
pub fn apply(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    listings::require_seller(by)?;
    let products = Products::of(conn, rows)?;
    let skus: Vec<&str> = rows.iter().map(|row| row.sku.as_str()).collect();
    let present: BTreeMap<String, Listing> = listings::with_skus(conn, by.organisation, &skus)?
        .into_iter()
        .map(|listing| (listing.sku.clone(), listing))
        .collect();
    let mut faults = Faults::default();
    let mut imported = Imported::default();
    let mut seen = BTreeSet::new();
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
        match one(conn, by, row, product, present.get(&row.sku)) {
            Ok(()) if present.contains_key(&row.sku) => imported.changed += 1,
            Ok(()) => imported.created += 1,
            Err(Error::Refused(refusal)) => {
                // The row exists since a moment: PostgreSQL answers nothing more in this transaction.
                let lost = refusal.code == Code::Duplicate;
                faults.add_refusal(at, &refusal);
                if lost {
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    faults.finish(imported)
}

/// What [`apply`] would answer; nothing is written.
///
/// # Errors
/// Those of [`apply`].
pub fn rehearse(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    let mut answer = None;
    let ended = conn.transaction::<(), Error, _>(|conn| {
        answer = Some(apply(conn, by, rows));
        Err(DieselError::RollbackTransaction.into())
    });
    match (answer, ended) {
        (Some(answer), _) => answer,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Ok(Imported::default()),
    }
}

fn one(
    conn: &mut Conn,
    by: &Actor,
    row: &Row,
    product: &Product,
    present: Option<&Listing>,
) -> Result<()> {
    let listing = match present {
        Some(listing) if listing.product != product.id => {
            let detail = "The listing with this sku is of another product.";
            return Err(Refusal::new(Code::InvalidInput, detail)
                .at("/product")
                .into());
        }
        Some(listing) => {
            listings::update(conn, by, listing, product, (listing.version, &row.terms))?
        }
        None => {
            let new = NewListing {
                product: product.id,
                sku: row.sku.clone(),
                terms: row.terms.clone(),
            };
            listings::insert(conn, by, product, &new)?
        }
    };
    if let Some(periods) = &row.periods {
        capacity::replace(conn, by, listing.id, listing.version, periods)?;
    }
    Ok(())
}

/// The products that a file names, loaded once.
struct Products(Vec<Product>);

impl Products {
    fn of(conn: &mut Conn, rows: &[Row]) -> Result<Self> {
        let mut gtins = BTreeSet::new();
        let mut names = BTreeSet::new();
        for row in rows {
            match &row.product {
                ProductName::Gtin(gtin) => _ = gtins.insert(gtin.as_str()),
                ProductName::Name(name) => _ = names.insert(fold(name)),
            }
        }
        let gtins: Vec<&str> = gtins.into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        products::named(conn, &gtins, &names).map(Self)
    }

    fn find(&self, name: &ProductName) -> std::result::Result<&Product, &'static str> {
        let folded = match name {
            ProductName::Gtin(_) => String::new(),
            ProductName::Name(name) => fold(name),
        };
        let mut matching = self.0.iter().filter(|product| match name {
            ProductName::Gtin(gtin) => product.gtin.as_deref() == Some(gtin.as_str()),
            ProductName::Name(_) => fold(&product.name) == folded,
        });
        match (matching.next(), matching.next()) {
            (Some(product), None) => Ok(product),
            (None, _) => Err("There is no product of this name or GTIN."),
            (Some(_), Some(_)) => Err("Several products have this name: state the GTIN."),
        }
    }
}

/// What is wrong with a file, by row and column.
#[derive(Debug, Default)]
pub struct Faults {
    named: Vec<FieldError>,
    all: usize,
}

impl Faults {
    /// Notes a fault of the row at `at` (from 0).
    pub fn add(&mut self, at: usize, column: &str, detail: impl Into<String>) {
        self.add_at(format!("/rows/{}/{column}", at + 1), detail);
    }

    /// Notes a fault anywhere in the file.
    pub fn add_at(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.all += 1;
        if self.named.len() < FAULTS_MAX {
            self.named.push(FieldError {
                pointer: pointer.into(),
                detail: detail.into(),
            });
        }
    }

    /// Notes a refusal of the row at `at`, whose pointers are those of a listing's body.
    fn add_refusal(&mut self, at: usize, refusal: &Refusal) {
        if refusal.fields.is_empty() {
            self.add_at(format!("/rows/{}", at + 1), &refusal.detail);
        }
        for field in &refusal.fields {
            let name = field.pointer.split('/').nth(1).unwrap_or_default();
            match name {
                "periods" => self.add(at, "capacity", &field.detail),
                "sku" | "product" | "minimum" | "lot" | "steps" | "freight" | "lead_days"
                | "offered_unit_price" => self.add(at, name, &field.detail),
                _ => self.add_at(format!("/rows/{}", at + 1), &field.detail),
            }
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// `value` where nothing was wrong.
    ///
    /// # Errors
    /// [`Code::ImportRefused`].
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.is_empty() {
            return Ok(value);
        }
        let detail = match self.all {
            1 => "The file has one fault; nothing was imported.".to_owned(),
            all => format!("The file has {all} faults; nothing was imported."),
        };
        let mut refusal = Refusal::new(Code::ImportRefused, detail);
        refusal.fields = self.named;
        Err(refusal.into())
    }
}
