//! Reading a table's rows into what can be imported, some at a time.
use super::cells::Cells;
use super::columns::{Column, columns, names_products};
use super::sheet::{self, Media, Sheet};
use super::{baseline, catalogue, market_quotes, needs};
use crate::http::Fields;
use store::Error;
use store::error::FieldError;
use store::imports::{Faults, Rows, Table};

/// A table that is being read.
pub struct Reader {
    table: Table,
    sheet: Sheet,
    next: usize,
    rows: Rows,
    faults: Faults,
}

impl Reader {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Code::ImportRefused`](store::Code::ImportRefused): of the file as a whole at an empty pointer, of
    /// the header at `/header/NAME`.
    pub fn open(table: Table, media: Media, bytes: &[u8]) -> Result<Self, Error> {
        let mut sheet = sheet::read(media, bytes)?;
        for name in &mut sheet.header {
            *name = name.to_ascii_lowercase();
        }
        let mut faults = Faults::default();
        check_header(table, &sheet.header, &mut faults);
        faults.finish(())?;
        Ok(Self {
            rows: match table {
                Table::Catalogue => Rows::Catalogue(Vec::new()),
                Table::Needs => Rows::Needs(Vec::new()),
                Table::MarketQuotes => Rows::MarketQuotes(Vec::new()),
                Table::Baseline => Rows::Baseline(Vec::new()),
            },
            table,
            sheet,
            next: 0,
            faults: Faults::default(),
        })
    }

    /// How many rows the table has, the header not counted.
    pub fn len(&self) -> usize {
        self.sheet.rows.len()
    }

    /// Whether the table has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads at most so many further rows; how many were read, none at the end.
    pub fn read_some(&mut self, most: usize) -> usize {
        let end = self.next.saturating_add(most).min(self.len());
        for at in self.next..end {
            self.read_row(at);
        }
        let read = end - self.next;
        self.next = end;
        read
    }

    /// What was read.
    ///
    /// # Errors
    /// [`Code::ImportRefused`](store::Code::ImportRefused) with every fault, of a cell at
    /// `/rows/N/COLUMN`, rows counted from 1.
    pub fn finish(mut self) -> Result<Rows, Error> {
        self.read_some(usize::MAX);
        self.faults.finish(self.rows)
    }

    fn read_row(&mut self, at: usize) {
        let row = match self.sheet.rows.get(at) {
            Some(Ok(row)) if row.len() == self.sheet.header.len() => row,
            Some(Ok(row)) => {
                let (cells, columns) = (row.len(), self.sheet.header.len());
                let detail = format!("It has {cells} cells, and the header {columns}.");
                return self.faults.add_at(format!("/rows/{}", at + 1), detail);
            }
            Some(Err(detail)) => {
                return self.faults.add_at(format!("/rows/{}", at + 1), detail);
            }
            None => return,
        };
        let cells = Cells::new(&self.sheet.header, row);
        let mut fields = Fields::new();
        for column in columns(self.table).iter().filter(|column| column.needed) {
            let filled = cells.get(column.name).is_some();
            fields.require(filled, format!("/{}", column.name), "This cell is empty.");
        }
        let mut wrong = fields.into_faults();
        if wrong.is_empty() {
            let mut fields = Fields::new();
            match &mut self.rows {
                Rows::Catalogue(rows) => rows.extend(catalogue::read(&cells, &mut fields)),
                Rows::Needs(rows) => rows.extend(needs::read(&cells, &mut fields)),
                Rows::MarketQuotes(rows) => rows.extend(market_quotes::read(&cells, &mut fields)),
                Rows::Baseline(rows) => rows.extend(baseline::read(&cells, &mut fields)),
            }
            wrong = fields.into_faults();
        }
        for FieldError { pointer, detail } in wrong {
            let column = column_of(self.table, &pointer);
            self.faults.add(at, column, detail);
        }
    }
}

fn check_header(table: Table, names: &[String], faults: &mut Faults) {
    let columns = columns(table);
    let known = |name: &str| columns.iter().any(|column: &Column| column.name == name);
    let present = |name: &str| names.iter().any(|column| column == name);
    for (at, name) in names.iter().enumerate() {
        let pointer = format!("/header/{}", name.replace('~', "~0").replace('/', "~1"));
        if !known(name) {
            faults.add_at(pointer, "There is no such column.");
        } else if names.iter().position(|other| other == name) != Some(at) {
            faults.add_at(pointer, "This column stands here twice.");
        }
    }
    for column in columns.iter().filter(|column| column.needed) {
        if !present(column.name) {
            faults.add_at(
                format!("/header/{}", column.name),
                "This column is missing.",
            );
        }
    }
    if names_products(table) && !present("gtin") && !present("product") {
        faults.add_at("/header/product", "A column gtin or product is missing.");
    }
}

/// The column that holds a field of the body that a row was read as.
fn column_of(table: Table, pointer: &str) -> &str {
    let mut parts = pointer.split('/').skip(1);
    let first = parts.next().unwrap_or_default();
    match (table, first) {
        (Table::Catalogue, "cost_sheet") => match parts.next().unwrap_or_default() {
            "materials_per_unit" => "materials",
            "overhead_per_unit" => "overhead",
            "standard_minutes_per_unit" => "standard_minutes",
            other => other,
        },
        (Table::Catalogue, "periods") => "capacity",
        (Table::Needs, "lines") => parts.nth(1).unwrap_or_default(),
        (Table::Needs, "accepted_networks") => "networks",
        (Table::Needs, "external_reference") => "need",
        _ => first,
    }
}
