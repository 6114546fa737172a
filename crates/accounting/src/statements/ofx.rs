//! OFX: 1.x, whose elements need no end, and 2.x, which is XML.
use super::amount::{self, DecimalMark, Evidence};
use super::decode::decode;
use super::identity::identify;
use super::{
    Booking, Counterparty, MOST_DEPTH, MOST_ENTRIES, Statement, StatementEntry, StatementError,
    Warnings, account_number, tidy,
};
use chrono::NaiveDate;
use money::Currency;
use std::collections::BTreeMap;

/// Reads the statements of an OFX file, one for each account in it: bank accounts and cards.
///
/// # Errors
/// [`StatementError`]: no statement in it, broken off, an amount, currency or date that cannot be told, more than is
/// read.
pub fn read_ofx(bytes: &[u8]) -> Result<Vec<Statement>, StatementError> {
    let mut file = Warnings::default();
    let text = decode(bytes, &mut file)?;
    let mut reading = Reading::default();
    for tag in (Tags { text: &text, at: 0 }) {
        match tag {
            Tag::Opened { name, value: "" } => reading.open(name)?,
            Tag::Opened { name, value } => reading.value(name, &unescaped(value)),
            Tag::Closed(name) => reading.close(&name)?,
        }
    }
    if let Some(open) = reading
        .open
        .iter()
        .find(|name| name.as_str() == "BANKTRANLIST")
    {
        return Err(StatementError::at(
            "end",
            format!("The file breaks off inside {open}."),
        ));
    }
    match reading.statements.first_mut() {
        Some(first) => first.warnings.splice(0..0, file.0).for_each(drop),
        None => {
            let why = "There is no statement of an account in the file.";
            return Err(StatementError::at("file", why));
        }
    }
    Ok(reading.statements)
}

/// A tag of the file: the values of elements without an end go to the next tag.
enum Tag<'a> {
    Opened { name: String, value: &'a str },
    Closed(String),
}

struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let rest = self.text.get(self.at..)?;
            let open = rest.find('<')? + 1;
            let inside = rest.get(open..)?;
            let close = inside.find('>')?;
            let name = inside.get(..close)?.trim();
            let after = inside.get(close + 1..)?;
            let value = after.get(..after.find('<').unwrap_or(after.len()))?;
            self.at += open + close + 1;
            if name.starts_with(['?', '!']) {
                continue;
            }
            if let Some(name) = name.strip_prefix('/') {
                return Some(Tag::Closed(name.trim().to_ascii_uppercase()));
            }
            if name.ends_with('/') {
                continue;
            }
            return Some(Tag::Opened {
                name: name.to_ascii_uppercase(),
                value: value.trim(),
            });
        }
    }
}

/// The five entities of SGML that OFX uses, and nothing else.
fn unescaped(value: &str) -> String {
    let value = value.replace("&lt;", "<").replace("&gt;", ">");
    value.replace("&nbsp;", " ").replace("&amp;", "&")
}

/// What the file has said so far.
#[derive(Default)]
struct Reading {
    /// Names of the aggregates around, and of elements without a value, which nothing tells from them.
    open: Vec<String>,
    statements: Vec<Statement>,
    statement: BTreeMap<String, String>,
    entries: Vec<StatementEntry>,
    transaction: BTreeMap<String, String>,
    count: usize,
    warnings: Warnings,
}

impl Reading {
    fn open(&mut self, name: String) -> Result<(), StatementError> {
        if self.open.len() >= MOST_DEPTH {
            let why = format!("More than {MOST_DEPTH} elements stand inside one another.");
            return Err(StatementError::at(self.place(), why));
        }
        if name == "STMTTRN" {
            if self.inside("STMTTRN") {
                let why = "The entry before this one has no end.";
                return Err(StatementError::at(self.place(), why));
            }
            self.transaction.clear();
            self.count += 1;
            if self.count > MOST_ENTRIES {
                return Err(StatementError::TooManyEntries);
            }
        }
        self.open.push(name);
        Ok(())
    }

    fn value(&mut self, name: String, value: &str) {
        let value = value.to_owned();
        if self.inside("STMTTRN") {
            let other = ["BANKACCTTO", "CCACCTTO", "BANKACCTFROM"];
            let name = match other.iter().find(|aggregate| self.inside(aggregate)) {
                Some(_) => format!("TO.{name}"),
                None if self.inside("CURRENCY") && name == "CURSYM" => "CURRENCY.CURSYM".to_owned(),
                None => name,
            };
            self.transaction.entry(name).or_insert(value);
        } else if self.inside("BANKACCTFROM") || self.inside("CCACCTFROM") || name == "CURDEF" {
            self.statement.entry(name).or_insert(value);
        }
    }

    fn close(&mut self, name: &str) -> Result<(), StatementError> {
        let Some(at) = self.open.iter().rposition(|open| open == name) else {
            return Ok(()); // the end of an element with a value
        };
        self.open.truncate(at);
        match name {
            "STMTTRN" => {
                let entry = self.entry()?;
                self.entries.extend(entry);
            }
            "STMTRS" | "CCSTMTRS" => {
                let mut statement = Statement {
                    account: self
                        .statement
                        .get("ACCTID")
                        .and_then(|id| account_number(id)),
                    currency: self.currency()?,
                    entries: std::mem::take(&mut self.entries),
                    warnings: std::mem::take(&mut self.warnings).0,
                };
                identify(&mut statement);
                self.statements.push(statement);
                self.statement.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn entry(&mut self) -> Result<Option<StatementEntry>, StatementError> {
        let place = self.place();
        let refused = |why: &str| StatementError::at(place.clone(), why);
        let currency = self.currency()?;
        let value = |name: &str| self.transaction.get(name).map(String::as_str);
        if value("CURRENCY.CURSYM").is_some_and(|other| other != currency.code()) {
            return Err(refused("The entry is not in the currency of the account."));
        }
        let written = value("TRNAMT").unwrap_or_default();
        // Thousands are not parted in OFX: whatever mark there is stands before the minor units. Three digits after it
        // may be thousands of a bank that knows no better, unless the currency has three.
        let mark = match amount::evidence(written) {
            Evidence::Only(mark) => Some(mark),
            Evidence::Either if currency.minor_digits() < 3 => None,
            Evidence::Either if written.contains(',') => Some(DecimalMark::Comma),
            Evidence::Either | Evidence::None => Some(DecimalMark::Point),
        };
        let amount = mark
            .filter(|_| written.matches([',', '.']).count() <= 1)
            .and_then(|mark| amount::parse(written, mark, currency));
        let Some(amount) = amount else {
            let written: String = written.chars().take(40).collect();
            return Err(refused(&format!(
                "{written:?} is not an amount in {currency}."
            )));
        };
        if amount.minor() == 0 {
            self.warnings
                .add(place, "it is of nothing and was left out");
            return Ok(None);
        }
        let day = value("DTPOSTED").and_then(|text| text.get(..8));
        let date = day
            .and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok())
            .ok_or_else(|| refused("The day of the entry cannot be told."))?;
        let corrects = value("CORRECTFITID").is_some();
        let references = ["REFNUM", "CHECKNUM"];
        let entry = StatementEntry {
            id: String::new(),
            bank_reference: value("FITID").and_then(tidy),
            date,
            amount,
            booking: Booking::Booked,
            reversal: corrects,
            end_to_end: None,
            references: references
                .iter()
                .filter_map(|name| value(name).and_then(tidy))
                .collect(),
            text: value("MEMO").and_then(tidy).unwrap_or_default(),
            counterparty: Counterparty {
                name: value("NAME").and_then(tidy),
                account: value("TO.ACCTID").and_then(account_number),
                tax_id: None,
            },
        };
        if corrects {
            self.warnings
                .add(place, "it corrects an earlier entry: see to it by hand");
        }
        Ok(Some(entry))
    }

    fn currency(&self) -> Result<Currency, StatementError> {
        let code = self
            .statement
            .get("CURDEF")
            .map(|code| code.trim().to_ascii_uppercase());
        Currency::parse(&code.unwrap_or_default()).map_err(|error| {
            let why = format!("The currency of the account cannot be told: {error}.");
            StatementError::at(self.place(), why)
        })
    }

    fn inside(&self, name: &str) -> bool {
        self.open.iter().any(|open| open == name)
    }

    fn place(&self) -> String {
        format!("entry {}", self.count)
    }
}
