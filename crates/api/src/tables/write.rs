//! Writing tables: what an organisation has on file, in the columns that an import reads.
use super::cells::neutral;
use super::columns::{Holds, columns};
use super::sheet::Media;
use crate::http::wire::DecimalText;
use money::Micro;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::collections::BTreeMap;
use store::baseline;
use store::catalogue::products::{self, Product};
use store::catalogue::{capacity, listings, market_quotes};
use store::error::FieldError;
use store::ids::ProductId;
use store::imports::Table;
use store::needs::need;
use store::{Actor, Conn, Error};

/// Things that one query loads.
const LOADED_AT_ONCE: i64 = 500;
/// Digits that a spreadsheet's number holds exactly.
const DIGITS_MAX: usize = 15;

/// Why a table could not be written: a cell that is too long for a workbook, more rows than it has.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// As CSV.
    #[error("the CSV could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// As XLSX.
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
}

/// A table's rows as text, below the columns of [`columns`].
pub struct Export {
    table: Table,
    rows: Vec<Vec<String>>,
}

/// What the actor's organisation has on file.
///
/// # Errors
/// Those of the database.
pub fn export(conn: &mut Conn, by: &Actor, table: Table) -> Result<Export, Error> {
    let rows = match table {
        Table::Catalogue => catalogue(conn, by)?,
        Table::Needs => needs(conn, by)?,
        Table::MarketQuotes => quotes(conn, by)?,
        Table::Baseline => purchases(conn, by)?,
    };
    Ok(Export { table, rows })
}

impl Export {
    /// Of which table.
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The table's file.
    ///
    /// # Errors
    /// [`Unwritten`].
    pub fn file(&self, media: Media) -> Result<Vec<u8>, Unwritten> {
        let header: Vec<&str> = columns(self.table).iter().map(|one| one.name).collect();
        match media {
            Media::Csv => Ok(csv(&header, &self.rows)?),
            Media::Xlsx => Ok(self.xlsx()?),
        }
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.table.as_str())?;
        let bold = Format::new().set_bold();
        for (at, column) in (0_u16..).zip(columns(self.table)) {
            sheet.write_string_with_format(0, at, column.name, &bold)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for ((at, column), cell) in (0_u16..).zip(columns(self.table)).zip(row) {
                let number = matches!(column.holds, Holds::Decimal | Holds::Whole)
                    && cell.len() <= DIGITS_MAX;
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => {}
                    // Fifteen digits survive a spreadsheet's number; longer ones stay text.
                    Ok(value) if number => _ = sheet.write_number(line, at, value)?,
                    _ => _ = sheet.write_string(line, at, neutral(cell))?,
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        workbook.save_to_buffer()
    }
}

/// `row,column,error` of what is wrong with a table, as CSV.
///
/// # Errors
/// [`csv::Error`] where there is no memory for it.
pub fn errors_file(faults: &[FieldError]) -> csv::Result<Vec<u8>> {
    let rows: Vec<Vec<String>> = faults
        .iter()
        .map(|fault| {
            let below = fault.pointer.strip_prefix("/rows/");
            let (row, column) = match below {
                Some(cell) => cell.split_once('/').unwrap_or((cell, "")),
                None => ("", fault.pointer.strip_prefix("/header/").unwrap_or("")),
            };
            [row, column, &fault.detail].map(str::to_owned).to_vec()
        })
        .collect();
    csv(&["row", "column", "error"], &rows)
}

fn csv(header: &[&str], rows: &[Vec<String>]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| neutral(cell)))?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}

fn decimal(value: Micro) -> String {
    DecimalText::from(value).0
}

fn optional(value: Option<Micro>) -> String {
    value.map(decimal).unwrap_or_default()
}

/// The products, by id, as a row names them: GTIN and name.
struct Named(BTreeMap<ProductId, Product>);

impl Named {
    fn of(conn: &mut Conn, ids: impl Iterator<Item = ProductId>) -> Result<Self, Error> {
        let ids: std::collections::BTreeSet<ProductId> = ids.collect();
        let ids: Vec<ProductId> = ids.into_iter().collect();
        let mut all = BTreeMap::new();
        for some in ids.chunks(500) {
            let products = products::of_ids(conn, some)?;
            all.extend(products.into_iter().map(|product| (product.id, product)));
        }
        Ok(Self(all))
    }

    fn cells(&self, id: ProductId) -> [String; 2] {
        let product = self.0.get(&id);
        let gtin = product.and_then(|product| product.gtin.clone());
        let name = product.map(|product| product.name.clone());
        [gtin.unwrap_or_default(), name.unwrap_or_default()]
    }
}

fn catalogue(conn: &mut Conn, by: &Actor) -> Result<Vec<Vec<String>>, Error> {
    let own = listings::Filter {
        cooperative: Some(by.organisation),
        ..listings::Filter::default()
    };
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = listings::list(conn, by, &own, after, LOADED_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let named = Named::of(conn, page.iter().map(|listing| listing.product))?;
        let ids: Vec<_> = page.iter().map(|listing| listing.id).collect();
        let calendars = capacity::calendars(conn, &ids, by.now.date())?;
        for listing in page {
            let periods = calendars.get(&listing.id);
            rows.push(listing_row(
                &listing,
                &named,
                periods.map_or(&[], Vec::as_slice),
            ));
        }
    }
    Ok(rows)
}

fn listing_row(
    listing: &listings::Listing,
    named: &Named,
    periods: &[capacity::NewPeriod],
) -> Vec<String> {
    let terms = &listing.terms;
    let sheet = &terms.cost_sheet;
    let [gtin, product] = named.cells(listing.product);
    let steps: Vec<String> = terms.steps.iter().map(|step| decimal(*step)).collect();
    let freight: Vec<String> = terms
        .freight
        .iter()
        .map(|one| {
            format!(
                "{}={}/{}",
                one.region,
                decimal(one.unit_price),
                one.transit_days
            )
        })
        .collect();
    let capacity: Vec<String> = periods
        .iter()
        .map(|one| {
            format!(
                "{}/{}={}",
                one.starts_on,
                one.ends_on,
                decimal(one.capacity)
            )
        })
        .collect();
    vec![
        listing.sku.clone(),
        gtin,
        product,
        terms.title.clone(),
        terms.currency.code().to_owned(),
        terms.lead_days.to_string(),
        decimal(terms.minimum),
        decimal(terms.lot),
        decimal(sheet.materials),
        decimal(sheet.overhead),
        decimal(sheet.setup_cost),
        decimal(sheet.standard_minutes),
        decimal(sheet.setup_minutes),
        decimal(sheet.line_efficiency),
        optional(terms.offered_unit_price),
        steps.join(";"),
        freight.join(";"),
        capacity.join(";"),
    ]
}

fn needs(conn: &mut Conn, by: &Actor) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = need::list(conn, by, None, after, LOADED_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let lines = page.iter().flat_map(|need| &need.terms.lines);
        let named = Named::of(conn, lines.map(|line| line.product))?;
        for need in &page {
            let number = need.terms.external_reference.as_ref();
            let number = number.unwrap_or(&need.reference);
            for line in &need.terms.lines {
                rows.push(need_row(number, &need.terms, line, &named));
            }
        }
    }
    Ok(rows)
}

fn need_row(
    number: &str,
    terms: &need::Terms,
    line: &need::NeedLine,
    named: &Named,
) -> Vec<String> {
    let [gtin, product] = named.cells(line.product);
    let networks: Vec<String> = terms.networks.iter().map(ToString::to_string).collect();
    let budget = line.budget.map(|budget| DecimalText::from(budget).0);
    vec![
        number.to_owned(),
        terms.title.clone(),
        terms.currency.code().to_owned(),
        optional(terms.max_premium_rate),
        networks.join(";"),
        gtin,
        product,
        line.specification.clone(),
        decimal(line.quantity),
        line.priority.to_string(),
        line.region.clone(),
        line.due_on.to_string(),
        optional(line.max_unit_price),
        budget.unwrap_or_default(),
        line.max_suppliers
            .map(|most| most.to_string())
            .unwrap_or_default(),
    ]
}

fn quotes(conn: &mut Conn, by: &Actor) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = market_quotes::list_own(conn, by, after, LOADED_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let named = Named::of(conn, page.iter().map(|quote| quote.product))?;
        for quote in page {
            let [gtin, product] = named.cells(quote.product);
            let seen = quote.seen;
            rows.push(vec![
                gtin,
                product,
                seen.source,
                seen.source_url.unwrap_or_default(),
                decimal(seen.unit_price),
                seen.currency.code().to_owned(),
                seen.observed_on.to_string(),
                decimal(seen.min_quantity),
            ]);
        }
    }
    Ok(rows)
}

fn purchases(conn: &mut Conn, by: &Actor) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = baseline::list(conn, by, after, LOADED_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let named = Named::of(conn, page.iter().filter_map(|one| one.terms.product))?;
        for purchase in page {
            let terms = purchase.terms;
            let product = terms.product.map(|id| named.cells(id));
            let [gtin, product] = product.unwrap_or_default();
            rows.push(vec![
                purchase.reference,
                terms.supplier,
                terms.supplier_country,
                terms.supplier_tax_id.unwrap_or_default(),
                terms.cooperative.to_string(),
                gtin,
                product,
                terms.description,
                terms.unit,
                decimal(terms.quantity),
                DecimalText::from(terms.spend).0,
                terms.spend.currency().code().to_owned(),
                terms.starts_on.to_string(),
                terms.ends_on.to_string(),
            ]);
        }
    }
    Ok(rows)
}
