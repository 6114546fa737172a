//! A co-operative's catalogue as a table: each row a listing, read by the rules of the API's own bodies.
use crate::http::Fields;
use crate::http::wire::DecimalText;
use crate::routes::listings::capacity::{PeriodText, read_periods};
use crate::routes::listings::terms::{CostSheetText, FreightText, ListingText};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::collections::BTreeMap;
use store::Error;
use store::catalogue::import::{Faults, ProductName, ROWS_MAX, Row};
use store::catalogue::units::Gtin;
use uuid::Uuid;

/// What spreadsheets put before UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// Columns that must be there and filled.
const NEEDED: [&str; 7] = [
    "sku",
    "title",
    "currency",
    "lead_days",
    "materials",
    "overhead",
    "standard_minutes",
];
/// Columns that may be absent or empty.
const OTHERS: [&str; 11] = [
    "gtin",
    "product",
    "minimum",
    "lot",
    "setup_cost",
    "setup_minutes",
    "line_efficiency",
    "offered_unit_price",
    "steps",
    "freight",
    "capacity",
];

/// Reads the rows of a table.
///
/// # Errors
/// [`Code::ImportRefused`](store::Code::ImportRefused) with every fault: of the file as a whole at an
/// empty pointer, of the header at `/header/NAME`, of a cell at `/rows/N/COLUMN`.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Error> {
    let mut faults = Faults::default();
    let Ok(text) = std::str::from_utf8(bytes) else {
        faults.add_at("", "The table is not written in UTF-8.");
        return faults.finish(Vec::new());
    };
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let Some(header) = read_header(&mut reader, &mut faults) else {
        return faults.finish(Vec::new());
    };
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        if at == ROWS_MAX {
            faults.add_at("", format!("A table has at most {ROWS_MAX} rows."));
            break;
        }
        match record {
            Ok(record) if record.len() == header.len() => {
                rows.extend(read_row(at, &header, &record, &mut faults));
            }
            Ok(record) => {
                let (cells, columns) = (record.len(), header.len());
                let detail = format!("It has {cells} cells, and the header {columns}.");
                faults.add_at(format!("/rows/{}", at + 1), detail);
            }
            Err(error) => faults.add_at(format!("/rows/{}", at + 1), error.to_string()),
        }
    }
    faults.finish(rows)
}

/// The columns' names; none where rows cannot be read by them.
fn read_header(reader: &mut csv::Reader<&[u8]>, faults: &mut Faults) -> Option<Vec<String>> {
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            faults.add_at("", error.to_string());
            return None;
        }
    };
    let names: Vec<String> = header.iter().map(str::to_ascii_lowercase).collect();
    for (at, name) in names.iter().enumerate() {
        let pointer = format!("/header/{}", name.replace('~', "~0").replace('/', "~1"));
        if !NEEDED.contains(&name.as_str()) && !OTHERS.contains(&name.as_str()) {
            faults.add_at(pointer, "There is no such column.");
        } else if names.iter().position(|other| other == name) != Some(at) {
            faults.add_at(pointer, "This column stands here twice.");
        }
    }
    for name in NEEDED {
        if !names.iter().any(|column| column == name) {
            faults.add_at(format!("/header/{name}"), "This column is missing.");
        }
    }
    if !names
        .iter()
        .any(|column| column == "gtin" || column == "product")
    {
        faults.add_at("/header/product", "A column gtin or product is missing.");
    }
    faults.is_empty().then_some(names)
}

/// The filled cells of a row, by column.
struct Cells<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Cells<'a> {
    fn get(&self, column: &str) -> Option<&'a str> {
        self.0.get(column).copied()
    }
    fn text(&self, column: &str) -> String {
        self.get(column).unwrap_or_default().to_owned()
    }
    fn decimal(&self, column: &str) -> DecimalText {
        DecimalText(self.text(column))
    }
    fn optional(&self, column: &str) -> Option<DecimalText> {
        self.get(column).map(|cell| DecimalText(cell.to_owned()))
    }
    /// The entries of a cell, which are divided by semicolons.
    fn entries(&self, column: &str) -> impl Iterator<Item = &'a str> {
        let cell = self.get(column).unwrap_or_default();
        cell.split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
    }
}

fn read_row(
    at: usize,
    header: &[String],
    record: &StringRecord,
    faults: &mut Faults,
) -> Option<Row> {
    let cells = header.iter().map(String::as_str).zip(record.iter());
    let cells = Cells(cells.filter(|(_, cell)| !cell.is_empty()).collect());
    let mut fields = Fields::new();
    for column in NEEDED {
        fields.require(
            cells.get(column).is_some(),
            format!("/{column}"),
            "This cell is empty.",
        );
    }
    let missing = fields.into_faults();
    if !missing.is_empty() {
        name(at, missing, faults);
        return None;
    }
    let mut fields = Fields::new();
    let product = read_product(&cells, &mut fields);
    let listing = ListingText {
        product_id: Uuid::nil(),
        sku: cells.text("sku"),
        title: cells.text("title"),
        currency: cells.text("currency"),
        lead_days: read_days(&mut fields, "/lead_days", &cells.text("lead_days")),
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
        freight: read_freight(&cells, &mut fields),
    };
    let sku = listing.read_sku(&mut fields);
    let terms = listing.read_terms(&mut fields);
    let periods = read_capacity(&cells, &mut fields);
    let wrong = fields.into_faults();
    if wrong.is_empty() {
        return Some(Row {
            sku: sku?,
            product: product?,
            terms: terms?,
            periods: periods?,
        });
    }
    name(at, wrong, faults);
    None
}

/// Names faults of a body's fields by the columns that hold them.
fn name(at: usize, wrong: Vec<store::error::FieldError>, faults: &mut Faults) {
    for fault in wrong {
        let mut parts = fault.pointer.split('/').skip(1);
        let column = match (parts.next(), parts.next()) {
            (Some("cost_sheet"), Some("materials_per_unit")) => "materials",
            (Some("cost_sheet"), Some("overhead_per_unit")) => "overhead",
            (Some("cost_sheet"), Some("standard_minutes_per_unit")) => "standard_minutes",
            (Some("cost_sheet"), Some(other)) => other,
            (Some("periods"), _) => "capacity",
            (first, _) => first.unwrap_or_default(),
        };
        faults.add(at, column, &fault.detail);
    }
}

fn read_product(cells: &Cells<'_>, fields: &mut Fields) -> Option<ProductName> {
    match (cells.get("gtin"), cells.get("product")) {
        (Some(gtin), _) => match Gtin::parse(gtin) {
            Ok(gtin) => Some(ProductName::Gtin(gtin)),
            Err(error) => {
                let detail = match error {
                    Error::Refused(refusal) => refusal.detail,
                    Error::Db(error) => error.to_string(),
                };
                fields.refuse("/gtin", detail);
                None
            }
        },
        (None, Some(name)) => fields.text("/product", name, 200).map(ProductName::Name),
        (None, None) => {
            fields.refuse("/product", "State the product's name, or its GTIN.");
            None
        }
    }
}

fn read_days(fields: &mut Fields, pointer: &str, cell: &str) -> u32 {
    let whole = cell.bytes().all(|byte| byte.is_ascii_digit());
    match cell.parse() {
        Ok(days) if whole => days,
        _ => {
            fields.refuse(pointer, "This is a whole number of days.");
            0
        }
    }
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
fn read_capacity(
    cells: &Cells<'_>,
    fields: &mut Fields,
) -> Option<Option<Vec<store::catalogue::capacity::NewPeriod>>> {
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
