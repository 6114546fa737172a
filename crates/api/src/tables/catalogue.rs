//! A co-operative's catalogue: each row a listing, read by the rules of the API's own bodies.
use super::cells::{Cells, whole};
use crate::http::Fields;
use crate::http::wire::DecimalText;
use crate::routes::listings::capacity::{PeriodText, read_periods};
use crate::routes::listings::terms::{CostSheetText, FreightText, ListingText};
use store::catalogue::capacity::NewPeriod;
use store::imports::CatalogueRow;
use uuid::Uuid;

/// Reads a row whose needed cells are filled.
pub fn read(cells: &Cells<'_>, fields: &mut Fields) -> Option<CatalogueRow> {
    let product = cells.needed_product(fields);
    let listing = ListingText {
        product_id: Uuid::nil(),
        sku: cells.text("sku"),
        title: cells.text("title"),
        currency: cells.text("currency"),
        lead_days: read_days(fields, "/lead_days", &cells.text("lead_days")),
        minimum: cells.optional("minimum"),
        lot: cells.optional("lot"),
        cost_sheet: CostSheetText {
            materials_per_unit: cells.decimal("materials"),
            overhead_per_unit: cells.decimal("overhead"),
            setup_cost: cells.optional("setup_cost"),
            standard_minutes_per_unit: cells.decimal("standard_minutes"),
            setup_minutes: cells.optional("setup_minutes"),
            line_efficiency: cells.optional("line_efficiency"),
        },
        offered_unit_price: cells.optional("offered_unit_price"),
        steps: cells
            .entries("steps")
            .map(|step| DecimalText(step.to_owned()))
            .collect(),
        freight: read_freight(cells, fields),
    };
    let sku = listing.read_sku(fields);
    let terms = listing.read_terms(fields);
    let periods = read_capacity(cells, fields);
    Some(CatalogueRow {
        sku: sku?,
        product: product?,
        terms: terms?,
        periods: periods?,
    })
}

fn read_days(fields: &mut Fields, pointer: &str, cell: &str) -> u32 {
    let days = whole(cell);
    fields.require(days.is_some(), pointer, "This is a whole number of days.");
    days.unwrap_or_default()
}

/// `AR-B=350/3`: region, money per unit, days on the way.
fn read_freight(cells: &Cells<'_>, fields: &mut Fields) -> Vec<FreightText> {
    let mut all = Vec::new();
    for entry in cells.entries("freight") {
        let parts = entry
            .split_once('=')
            .and_then(|(region, rest)| Some((region, rest.split_once('/')?)));
        let Some((region, (price, days))) = parts else {
            let detail = format!("{entry:?} is not of the form AR-B=350/3: region, price, days.");
            fields.refuse("/freight", detail);
            continue;
        };
        all.push(FreightText {
            region: region.trim().to_owned(),
            unit_price: DecimalText(price.trim().to_owned()),
            transit_days: read_days(fields, "/freight", days.trim()),
        });
    }
    all
}

/// `2027-01-04/2027-01-31=5000`: first day, last day, units. An empty cell says nothing of the calendar.
fn read_capacity(cells: &Cells<'_>, fields: &mut Fields) -> Option<Option<Vec<NewPeriod>>> {
    let mut periods = Vec::new();
    for entry in cells.entries("capacity") {
        let parts = entry.split_once('=').and_then(|(days, units)| {
            let (starts_on, ends_on) = days.split_once('/')?;
            Some(PeriodText {
                starts_on: starts_on.trim().parse().ok()?,
                ends_on: ends_on.trim().parse().ok()?,
                capacity: DecimalText(units.trim().to_owned()),
            })
        });
        match parts {
            Some(period) => periods.push(period),
            None => {
                let form = "2027-01-04/2027-01-31=5000: first day, last day, units";
                fields.refuse("/capacity", format!("{entry:?} is not of the form {form}."));
            }
        }
    }
    if periods.is_empty() {
        return Some(None);
    }
    read_periods(fields, &periods).map(Some)
}
