//! Statements as tables, by a mapping of their columns that people state once for each bank.
use super::amount::{self, DecimalMark, Evidence};
use super::day::{DateOrder, day};
use super::decode::decode;
use super::identity::identify;
use super::{
    Booking, Counterparty, MOST_ENTRIES, Statement, StatementEntry, StatementError, Warnings,
    account_number, tidy,
};
use csv::StringRecord;
use money::{Currency, Money};

/// Rows before the one with the names of the columns.
const MOST_PREAMBLE: usize = 50;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Which column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The one of this name, whatever its case.
    Named(String),
    /// The one in this place, the first being 1.
    Numbered(usize),
}

/// Where the amount stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountColumns {
    /// In one column, below zero what went out.
    Signed(Column),
    /// What came in and what went out in columns of their own, one of them empty or zero in each row.
    Apart {
        /// What came in.
        credit: Column,
        /// What went out, with or without a minus.
        debit: Column,
    },
}

/// What a bank's table means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMapping {
    /// The account that the table is of.
    pub account: Option<String>,
    /// Its currency.
    pub currency: Currency,
    /// What parts the columns; found out where it is not said.
    pub delimiter: Option<u8>,
    /// What stands before the minor units; found out where it is not said and can be told.
    pub decimal: Option<DecimalMark>,
    /// The order of dates.
    pub dates: DateOrder,
    /// The day of an entry.
    pub date: Column,
    /// The amount.
    pub amount: AmountColumns,
    /// The bank's own reference of an entry, unique in the account.
    pub bank_reference: Option<Column>,
    /// The end-to-end id.
    pub end_to_end: Option<Column>,
    /// The name of the other side.
    pub name: Option<Column>,
    /// The account of the other side.
    pub counterparty_account: Option<Column>,
    /// Everything else that was written with it.
    pub text: Vec<Column>,
}

impl TableMapping {
    /// All the columns that it names.
    fn columns(&self) -> impl Iterator<Item = &Column> {
        let amounts = match &self.amount {
            AmountColumns::Signed(column) => vec![column],
            AmountColumns::Apart { credit, debit } => vec![credit, debit],
        };
        let optional = [
            &self.bank_reference,
            &self.end_to_end,
            &self.name,
            &self.counterparty_account,
        ];
        amounts
            .into_iter()
            .chain(std::iter::once(&self.date))
            .chain(optional.into_iter().flatten())
            .chain(&self.text)
    }
}

/// Reads a table by its mapping. Rows before the names of the columns and rows without day and amount are passed over.
///
/// # Errors
/// [`StatementError`]: columns that are not there, a day or an amount that cannot be told, a decimal mark that nothing
/// tells, more than is read.
pub fn read_table(bytes: &[u8], mapping: &TableMapping) -> Result<Statement, StatementError> {
    let mut warnings = Warnings::default();
    let text = decode(bytes, &mut warnings)?;
    let (rows, columns, first) = rows(&text, mapping)?;
    let body = rows.get(first..).unwrap_or_default();
    let amounts = || {
        let cells = columns.amounts();
        body.iter()
            .flat_map(move |row| cells.clone().into_iter().filter_map(|at| row.1.get(at)))
    };
    let decimal = match mapping.decimal {
        Some(mark) => mark,
        None => told(amounts())?,
    };
    let mut statement = Statement {
        account: mapping.account.as_deref().and_then(account_number),
        currency: mapping.currency,
        entries: Vec::new(),
        warnings: Vec::new(),
    };
    for (line, row) in body {
        let place = format!("line {line}");
        match columns.entry(row, decimal, mapping, &place)? {
            Taken::Entry(entry) => statement.entries.push(*entry),
            Taken::LeftOut(Some(why)) => warnings.add(place, why),
            Taken::LeftOut(None) => {}
        }
        if statement.entries.len() > MOST_ENTRIES {
            return Err(StatementError::TooManyEntries);
        }
    }
    statement.warnings = warnings.0;
    identify(&mut statement);
    Ok(statement)
}

type Row = (u64, StringRecord);

/// The rows by the delimiter under which the columns are found, where these are, and which row is the first.
fn rows(text: &str, mapping: &TableMapping) -> Result<(Vec<Row>, Columns, usize), StatementError> {
    let stated = mapping.delimiter.map(|delimiter| vec![delimiter]);
    for delimiter in stated.unwrap_or_else(|| DELIMITERS.to_vec()) {
        let parsed = parsed(text, delimiter)?;
        for (at, (_, row)) in parsed.iter().take(MOST_PREAMBLE).enumerate() {
            let Some(columns) = Columns::find(mapping, row) else {
                continue;
            };
            // Columns without names begin with the first row that looks like an entry.
            let first = if columns.named { at + 1 } else { at };
            if columns.named || columns.looks_like_entry(row) {
                all_quotes_end(&parsed, delimiter)?;
                return Ok((parsed, columns, first));
            }
        }
    }
    let why = "The columns of the mapping are not in the first rows of the table, or one is twice.";
    Err(StatementError::at("file", why))
}

fn parsed(text: &str, delimiter: u8) -> Result<Vec<Row>, StatementError> {
    let reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.into_records() {
        let row = row.map_err(|error| StatementError::at("file", format!("{error}.")))?;
        if rows.len() > MOST_ENTRIES + MOST_PREAMBLE {
            return Err(StatementError::TooManyEntries);
        }
        rows.push((row.position().map_or(0, csv::Position::line), row));
    }
    Ok(rows)
}

/// A quotation mark without its second swallows rows: a cell that goes on with columns on another line is refused.
fn all_quotes_end(rows: &[Row], delimiter: u8) -> Result<(), StatementError> {
    let delimiter = char::from(delimiter);
    let swallowed = |cell: &str| {
        cell.split('\n')
            .skip(1)
            .any(|line| line.contains(delimiter))
    };
    match rows.iter().find(|(_, row)| row.iter().any(swallowed)) {
        Some((line, _)) => Err(StatementError::at(
            format!("line {line}"),
            "A quotation mark has no second one.",
        )),
        None => Ok(()),
    }
}

/// The decimal mark that the amounts themselves tell.
fn told<'a>(cells: impl Iterator<Item = &'a str>) -> Result<DecimalMark, StatementError> {
    let (mut told, mut either) = (None, false);
    for cell in cells {
        match amount::evidence(cell) {
            Evidence::None => {}
            Evidence::Either => either = true,
            Evidence::Only(mark) if told.is_some_and(|other| other != mark) => {
                let why = "Some amounts have a comma before the minor units and others a point.";
                return Err(StatementError::at("file", why));
            }
            Evidence::Only(mark) => told = Some(mark),
        }
    }
    match told {
        Some(mark) => Ok(mark),
        None if either => {
            let why =
                "Whether comma or point parts thousands cannot be told: state the decimal mark.";
            Err(StatementError::at("file", why))
        }
        None => Ok(DecimalMark::Point),
    }
}

/// Where the columns of a mapping stand in a table.
struct Columns {
    /// Whether a name had to be found.
    named: bool,
    date: usize,
    amount: Amounts,
    bank_reference: Option<usize>,
    end_to_end: Option<usize>,
    name: Option<usize>,
    account: Option<usize>,
    text: Vec<usize>,
}

enum Amounts {
    Signed(usize),
    Apart { credit: usize, debit: usize },
}

/// What became of a row.
enum Taken {
    Entry(Box<StatementEntry>),
    /// With the reason, where it is worth one.
    LeftOut(Option<&'static str>),
}

impl Columns {
    fn find(mapping: &TableMapping, head: &StringRecord) -> Option<Self> {
        let place = |column: &Column| match column {
            Column::Numbered(number) => number.checked_sub(1).filter(|&at| at < head.len()),
            Column::Named(name) => {
                let name = name.trim().to_lowercase();
                head.iter()
                    .position(|cell| cell.trim().to_lowercase() == name)
            }
        };
        // Outer: whether the mapping is met; inner: whether there is such a column at all.
        let optional = |column: &Option<Column>| match column {
            Some(column) => place(column).map(Some),
            None => Some(None),
        };
        let amount = match &mapping.amount {
            AmountColumns::Signed(column) => Amounts::Signed(place(column)?),
            AmountColumns::Apart { credit, debit } => Amounts::Apart {
                credit: place(credit)?,
                debit: place(debit)?,
            },
        };
        Some(Self {
            named: mapping
                .columns()
                .any(|column| matches!(column, Column::Named(_))),
            date: place(&mapping.date)?,
            amount,
            bank_reference: optional(&mapping.bank_reference)?,
            end_to_end: optional(&mapping.end_to_end)?,
            name: optional(&mapping.name)?,
            account: optional(&mapping.counterparty_account)?,
            text: mapping.text.iter().map(place).collect::<Option<_>>()?,
        })
    }

    /// Whether there are digits where the day and an amount should be, right or wrong.
    fn looks_like_entry(&self, row: &StringRecord) -> bool {
        let digits = |at: usize| {
            row.get(at)
                .is_some_and(|cell| cell.contains(|c: char| c.is_ascii_digit()))
        };
        digits(self.date) && self.amounts().into_iter().any(digits)
    }

    fn amounts(&self) -> Vec<usize> {
        match self.amount {
            Amounts::Signed(at) => vec![at],
            Amounts::Apart { credit, debit } => vec![credit, debit],
        }
    }

    fn entry(
        &self,
        row: &StringRecord,
        decimal: DecimalMark,
        mapping: &TableMapping,
        place: &str,
    ) -> Result<Taken, StatementError> {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let empty = self.amounts().into_iter().all(|at| cell(at).is_empty());
        if empty && row.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(Taken::LeftOut(None));
        }
        let Some(date) = day(cell(self.date), mapping.dates) else {
            if cell(self.date).is_empty() || empty {
                return Ok(Taken::LeftOut(Some(
                    "it has no day or no amount and was left out",
                )));
            }
            let shown: String = cell(self.date).chars().take(40).collect();
            return Err(StatementError::at(
                place,
                format!("{shown:?} is not a day."),
            ));
        };
        let read = |at: usize| {
            amount::parse(cell(at), decimal, mapping.currency).ok_or_else(|| {
                let shown: String = cell(at).chars().take(40).collect();
                let why = format!("{shown:?} is not an amount in {}.", mapping.currency);
                StatementError::at(place, why)
            })
        };
        let amount = match self.amount {
            Amounts::Signed(at) => read(at)?,
            Amounts::Apart { credit, debit } => {
                let side = |at: usize| {
                    if cell(at).is_empty() {
                        Ok(Money::zero(mapping.currency))
                    } else {
                        read(at)
                    }
                };
                one_side(side(credit)?, side(debit)?)
                    .ok_or_else(|| StatementError::at(place, "It is both a credit and a debit."))?
            }
        };
        if amount.minor() == 0 {
            return Ok(Taken::LeftOut(Some("it is of nothing and was left out")));
        }
        let optional = |at: Option<usize>| at.and_then(|at| tidy(cell(at)));
        let words: Vec<&str> = self.text.iter().map(|&at| cell(at)).collect();
        Ok(Taken::Entry(Box::new(StatementEntry {
            id: String::new(),
            bank_reference: optional(self.bank_reference),
            date,
            amount,
            booking: Booking::Booked,
            reversal: false,
            end_to_end: optional(self.end_to_end),
            references: Vec::new(),
            text: tidy(&words.join(" ")).unwrap_or_default(),
            counterparty: Counterparty {
                name: optional(self.name),
                account: self.account.and_then(|at| account_number(cell(at))),
                tax_id: None,
            },
        })))
    }
}

/// What came in, or what went out below zero; nothing where it is both, or came in below zero.
fn one_side(credit: Money, debit: Money) -> Option<Money> {
    let out = debit.minor().checked_abs()?.checked_neg()?;
    match (credit.minor(), out) {
        (came, 0) if came >= 0 => Some(credit),
        (0, out) => Some(Money::new(out, debit.currency())),
        _ => None,
    }
}
