//! Importing needs: the rows with one word under `need` are the lines of one need.
use super::named::{ProductName, Products};
use super::{Faults, Imported};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::needs::need::{self, LINES_MAX, Need, Terms};
use ordering::NeedState;
use std::collections::BTreeMap;

/// Own numbers that one query asks for.
const ASKED_AT_ONCE: usize = 500;

/// A row, read and valid by itself: a need with one line, whose product is still to be found.
#[derive(Clone, Debug)]
pub struct Row {
    /// The buyer's own number of the need.
    pub need: String,
    /// What is needed.
    pub product: ProductName,
    /// The need as this row tells it.
    pub terms: Terms,
}

/// Imports the rows for the actor's organisation, in the caller's transaction.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::NotAdmitted`](crate::Code::NotAdmitted),
/// [`Code::ImportRefused`](crate::Code::ImportRefused).
pub(super) fn apply(conn: &mut Conn, by: &Actor, rows: &[Row]) -> Result<Imported> {
    need::require_buyer(by)?;
    let products = Products::of(conn, rows.iter().map(|row| &row.product))?;
    let mut faults = Faults::default();
    let gathered = gather(rows, &products, &mut faults);
    if !faults.is_empty() {
        return faults.finish(Imported::default());
    }
    let numbers: Vec<&str> = gathered.keys().copied().collect();
    let mut present = BTreeMap::new();
    for some in numbers.chunks(ASKED_AT_ONCE) {
        for need in need::with_external_references(conn, by.organisation, some)? {
            if let Some(number) = need.terms.external_reference.clone() {
                present.insert(number, need);
            }
        }
    }
    let mut imported = Imported::default();
    for (number, (ats, terms)) in &gathered {
        let done = match present.get(*number) {
            None => {
                imported.created += 1;
                need::create(conn, by, terms).map(drop)
            }
            Some(need) if need.terms == *terms => {
                imported.unchanged += 1;
                Ok(())
            }
            Some(need) => {
                imported.changed += 1;
                change(conn, by, need, terms)
            }
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => {
                // Written by somebody else since a moment: PostgreSQL answers nothing more in this
                // transaction.
                let lost = refusal.code == Code::Duplicate;
                for (line, at) in ats.iter().enumerate() {
                    let mut own = refusal.clone();
                    let prefix = format!("/lines/{line}/");
                    let of_head = |pointer: &str| line == 0 && !pointer.starts_with("/lines/");
                    own.fields.retain(|field| {
                        field.pointer.starts_with(&prefix) || of_head(&field.pointer)
                    });
                    if !own.fields.is_empty() || (refusal.fields.is_empty() && line == 0) {
                        faults.add_refusal(*at, &own, column);
                    }
                }
                if lost {
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    faults.finish(imported)
}

fn change(conn: &mut Conn, by: &Actor, need: &Need, terms: &Terms) -> Result<()> {
    if need.state != NeedState::Draft {
        let detail = format!(
            "The need {} is {}; only a draft changes.",
            need.reference, need.state
        );
        let refusal = Refusal::new(Code::WrongState, detail);
        return Err(refusal.at("/need").into());
    }
    need::change(conn, by, need.id, need.version, terms).map(drop)
}

/// The column that holds a field of a need's body.
fn column(pointer: &str) -> Option<String> {
    let name = match pointer.strip_prefix("/lines/") {
        Some(line) => line.split_once('/')?.1,
        None => pointer.strip_prefix('/')?,
    };
    let name = name.split('/').next()?;
    Some(match name {
        "product_id" => "product".to_owned(),
        "accepted_networks" => "networks".to_owned(),
        "external_reference" => "need".to_owned(),
        other => other.to_owned(),
    })
}

/// The needs by their own numbers, each with the rows that are its lines.
fn gather<'a>(
    rows: &'a [Row],
    products: &Products,
    faults: &mut Faults,
) -> BTreeMap<&'a str, (Vec<usize>, Terms)> {
    let mut needs: BTreeMap<&str, (Vec<usize>, Terms)> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let product = match products.find(&row.product) {
            Ok(product) => product.id,
            Err(detail) => {
                faults.add(at, "product", detail);
                continue;
            }
        };
        let mut head = row.terms.clone();
        let mut lines = std::mem::take(&mut head.lines);
        let (ats, terms) = needs
            .entry(&row.need)
            .or_insert_with(|| (Vec::new(), head.clone()));
        for (column, differs) in [
            ("title", head.title != terms.title),
            ("currency", head.currency != terms.currency),
            (
                "max_premium_rate",
                head.max_premium_rate != terms.max_premium_rate,
            ),
            ("networks", head.networks != terms.networks),
        ] {
            if differs {
                let detail = "The rows of one need say the same here; an earlier row says another.";
                faults.add(at, column, detail);
            }
        }
        if ats.len() == LINES_MAX {
            faults.add(at, "need", format!("A need has at most {LINES_MAX} lines."));
            continue;
        }
        ats.push(at);
        for line in &mut lines {
            line.product = product;
            line.position = i32::try_from(ats.len()).unwrap_or(i32::MAX);
        }
        terms.lines.append(&mut lines);
    }
    needs
}
