//! The products that a table names, loaded once.
use crate::catalogue::fold::fold;
use crate::catalogue::products::{self, Product};
use crate::catalogue::units::Gtin;
use crate::db::Conn;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Names that one query asks for: SQLite takes 32,766 values at most.
const ASKED_AT_ONCE: usize = 1_000;

/// How a row names its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductName {
    /// By its number in trade.
    Gtin(Gtin),
    /// By its name; accents and case do not matter.
    Name(String),
}

/// The products that a table names.
pub(super) struct Products {
    by_gtin: BTreeMap<String, Product>,
    by_name: BTreeMap<String, Vec<Product>>,
}

impl Products {
    pub(super) fn of<'a>(
        conn: &mut Conn,
        names: impl Iterator<Item = &'a ProductName>,
    ) -> Result<Self> {
        let mut gtins = BTreeSet::new();
        let mut folded = BTreeSet::new();
        for name in names {
            match name {
                ProductName::Gtin(gtin) => _ = gtins.insert(gtin.as_str()),
                ProductName::Name(name) => _ = folded.insert(fold(name)),
            }
        }
        let gtins: Vec<&str> = gtins.into_iter().collect();
        let folded: Vec<String> = folded.into_iter().collect();
        let mut all = Self {
            by_gtin: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for some in gtins.chunks(ASKED_AT_ONCE) {
            for product in products::named(conn, some, &[])? {
                if let Some(gtin) = product.gtin.clone() {
                    all.by_gtin.insert(gtin, product);
                }
            }
        }
        for some in folded.chunks(ASKED_AT_ONCE) {
            for product in products::named(conn, &[], some)? {
                let named = all.by_name.entry(fold(&product.name)).or_default();
                named.push(product);
            }
        }
        Ok(all)
    }

    /// The one product of this name, or why there is none.
    pub(super) fn find(&self, name: &ProductName) -> std::result::Result<&Product, &'static str> {
        const NONE: &str = "There is no product of this name or GTIN.";
        match name {
            ProductName::Gtin(gtin) => self.by_gtin.get(gtin.as_str()).ok_or(NONE),
            ProductName::Name(name) => match self.by_name.get(&fold(name)).map(Vec::as_slice) {
                Some([product]) => Ok(product),
                Some([_, _, ..]) => Err("Several products have this name: state the GTIN."),
                _ => Err(NONE),
            },
        }
    }
}
