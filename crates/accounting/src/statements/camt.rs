//! ISO 20022 camt.053, of any version.
use super::amount::{self, DecimalMark};
use super::camt_details::{Details, split};
use super::decode::decode;
use super::identity::identify;
use super::tree::{Element, Part, Parts};
use super::{
    Booking, MOST_ENTRIES, Statement, StatementEntry, StatementError, Warnings, account_number,
    tidy,
};
use chrono::NaiveDate;
use money::{Currency, Money};

/// Reads the statements of a camt.053 file, one for each account in it, whatever its namespace and version. A batch is
/// as many entries as it has payments, where their amounts are said and add up to it; else it is one.
///
/// # Errors
/// [`StatementError`]: not XML, broken off, no statement in it, an amount, sign, currency or date that cannot be told,
/// an undeclared entity, more than is read.
pub fn read_camt(bytes: &[u8]) -> Result<Vec<Statement>, StatementError> {
    let mut file = Warnings::default();
    let text = decode(bytes, &mut file)?;
    let mut parts = Parts::new(&text);
    let mut statements = Vec::new();
    let mut count = 0;
    let mut current: Option<Reading> = None;
    loop {
        let inside = |open: &[String]| open.last().is_some_and(|name| name == "Stmt");
        let wanted =
            |open: &[String], name: &str| inside(open) && matches!(name, "Acct" | "Bal" | "Ntry");
        match parts.next(wanted)? {
            Part::Began if inside(parts.open()) && current.is_none() => {
                current = Some(Reading::default());
            }
            Part::Whole(element) => {
                let reading = current.get_or_insert_default();
                reading.take(&element, &parts)?;
                count += usize::from(element.name == "Ntry");
                if count > MOST_ENTRIES || reading.entries.len() > MOST_ENTRIES {
                    return Err(StatementError::TooManyEntries);
                }
            }
            Part::Ended(name) if name == "Stmt" => {
                let reading = current.take().unwrap_or_default();
                statements.push(reading.finish(&parts)?);
            }
            Part::Began | Part::Ended(_) => {}
            Part::End => break,
        }
    }
    match statements.first_mut() {
        Some(first) => first.warnings.splice(0..0, file.0).for_each(drop),
        None => {
            let why = "There is no camt.053 statement in the file.";
            return Err(StatementError::at("file", why));
        }
    }
    Ok(statements)
}

/// What a statement has said so far.
#[derive(Default)]
struct Reading {
    account: Option<String>,
    currency: Option<Currency>,
    entries: Vec<StatementEntry>,
    number: usize,
    /// Opening and closing balance.
    balances: (Option<Money>, Option<Money>),
    warnings: Warnings,
}

impl Reading {
    fn take(&mut self, element: &Element, parts: &Parts<'_>) -> Result<(), StatementError> {
        match element.name.as_str() {
            "Acct" => {
                let id = element.child("Id");
                let number =
                    id.and_then(|id| id.text_at(&["IBAN"]).or(id.text_at(&["Othr", "Id"])));
                self.account = number.and_then(account_number);
                if let Some(code) = element.text_at(&["Ccy"]) {
                    self.currency = Some(currency(code, &parts.place())?);
                }
                Ok(())
            }
            "Bal" => self.balance(element, &parts.place()),
            _ => {
                self.number += 1;
                let place = format!("entry {}, {}", self.number, parts.place());
                self.entry(element, &place)
            }
        }
    }

    fn balance(&mut self, element: &Element, place: &str) -> Result<(), StatementError> {
        let code = element.text_at(&["Tp", "CdOrPrtry", "Cd"]);
        let slot = match code {
            Some("OPBD" | "PRCD") => &mut self.balances.0,
            Some("CLBD") => &mut self.balances.1,
            _ => return Ok(()),
        };
        *slot = Some(amount(element, place)?);
        Ok(())
    }

    fn entry(&mut self, element: &Element, place: &str) -> Result<(), StatementError> {
        let booking = match element
            .text_at(&["Sts", "Cd"])
            .or(element.text_at(&["Sts"]))
        {
            Some("BOOK") | None => Booking::Booked,
            Some("PDNG" | "FUTR") => Booking::Pending,
            Some("INFO") => {
                self.warnings
                    .add(place, "it is for information only and was left out");
                return Ok(());
            }
            Some(other) => {
                let detail = format!("its status {other:?} is unknown; it is taken as pending");
                self.warnings.add(place, detail);
                Booking::Pending
            }
        };
        let amount = amount(element, place)?;
        if *self.currency.get_or_insert(amount.currency()) != amount.currency() {
            let why = "The entry is not in the currency of the account.";
            return Err(StatementError::at(place, why));
        }
        if amount.minor() == 0 {
            self.warnings
                .add(place, "it is of nothing and was left out");
            return Ok(());
        }
        let date = ["BookgDt", "ValDt"]
            .iter()
            .find_map(|name| element.child(name))
            .and_then(date)
            .ok_or_else(|| StatementError::at(place, "The day of the entry cannot be told."))?;
        let base = StatementEntry {
            id: String::new(),
            bank_reference: reference(element.text_at(&["AcctSvcrRef"]))
                .or_else(|| reference(element.text_at(&["NtryRef"]))),
            date,
            amount,
            booking,
            reversal: matches!(element.text_at(&["RvslInd"]), Some("true" | "1")),
            end_to_end: None,
            references: Vec::new(),
            text: element
                .text_at(&["AddtlNtryInf"])
                .and_then(tidy)
                .unwrap_or_default(),
            counterparty: super::Counterparty::default(),
        };
        let details = Details::of(element, &base, place)?;
        split(base, details, place, &mut self.warnings, &mut self.entries);
        Ok(())
    }

    fn finish(mut self, parts: &Parts<'_>) -> Result<Statement, StatementError> {
        let currency = self.currency.ok_or_else(|| {
            StatementError::at(parts.place(), "The currency of the account cannot be told.")
        })?;
        if let (Some(opening), Some(closing)) = self.balances {
            let booked = self
                .entries
                .iter()
                .filter(|entry| entry.booking == Booking::Booked);
            let end = booked.fold(i128::from(opening.minor()), |sum, entry| {
                sum + i128::from(entry.amount.minor())
            });
            let same = opening.currency() == currency && closing.currency() == currency;
            if !same || end != i128::from(closing.minor()) {
                self.warnings.add(
                    "balances",
                    "the opening balance and the booked entries do not come to the closing balance",
                );
            }
        }
        let mut statement = Statement {
            account: self.account,
            currency,
            entries: self.entries,
            warnings: self.warnings.0,
        };
        identify(&mut statement);
        Ok(statement)
    }
}

/// The amount of an element with `Amt` and `CdtDbtInd`, below zero for a debit. A reversal says its own direction.
fn amount(element: &Element, place: &str) -> Result<Money, StatementError> {
    let written = element.child("Amt");
    let money = written.ok_or_else(|| StatementError::at(place, "There is no amount."))?;
    let debit = debit(element)
        .ok_or_else(|| StatementError::at(place, "Neither credit nor debit is said."))?;
    let money = unsigned(money, place)?;
    Ok(if debit { negative(money) } else { money })
}

/// The amount in an element with the attribute `Ccy`, never below zero.
pub(super) fn unsigned(element: &Element, place: &str) -> Result<Money, StatementError> {
    let code = element.currency.as_deref().unwrap_or_default();
    let currency = currency(code, place)?;
    let text = element.text();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain
        .then(|| amount::parse(text, DecimalMark::Point, currency))
        .flatten()
        .ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            StatementError::at(place, format!("{text:?} is not an amount in {currency}."))
        })
}

/// Whether money went out; nothing where that is not said.
pub(super) fn debit(element: &Element) -> Option<bool> {
    match element.text_at(&["CdtDbtInd"]) {
        Some("DBIT") => Some(true),
        Some("CRDT") => Some(false),
        _ => None,
    }
}

/// What was read is never below zero, so that its opposite exists.
pub(super) fn negative(money: Money) -> Money {
    Money::new(-money.minor(), money.currency())
}

/// A reference, but not the words by which banks say that there is none.
pub(super) fn reference(text: Option<&str>) -> Option<String> {
    text.and_then(tidy)
        .filter(|text| !matches!(text.as_str(), "NOTPROVIDED" | "NONREF" | "NOREF"))
}

fn currency(code: &str, place: &str) -> Result<Currency, StatementError> {
    Currency::parse(code).map_err(|error| {
        StatementError::at(place, format!("The currency cannot be told: {error}."))
    })
}

fn date(element: &Element) -> Option<NaiveDate> {
    let text = element
        .text_at(&["Dt"])
        .or(element.text_at(&["DtTm"]))
        .or(Some(element.text()))?;
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}
