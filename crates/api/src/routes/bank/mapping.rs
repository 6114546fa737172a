//! What the columns of a bank's table mean, as the query of `POST /bank-statements` says it.
use crate::http::{Fields, Problem};
use accounting::statements::{AmountColumns, Column, DateOrder, DecimalMark, TableMapping};
use money::Currency;
use serde::Deserialize;
use utoipa::IntoParams;

/// Of a table only: columns by name, or by number from 1.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Mapping {
    /// Of the table's account, ISO 4217.
    #[param(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// The number of the table's account.
    #[param(example = "2850590940090418135201")]
    account: Option<String>,
    /// The column of the day.
    #[param(example = "date")]
    date: Option<String>,
    /// ymd, dmy or mdy.
    #[param(example = "ymd", pattern = "^(ymd|dmy|mdy)$")]
    date_order: Option<String>,
    /// The column of amounts, below zero what went out.
    #[param(example = "amount")]
    amount: Option<String>,
    /// Instead of `amount`: the column of what came in.
    credit: Option<String>,
    /// Instead of `amount`: the column of what went out.
    debit: Option<String>,
    /// comma or point; found out where it can be told.
    #[param(example = "comma", pattern = "^(comma|point)$")]
    decimal: Option<String>,
    /// The column of the bank's own reference, unique in the account.
    bank_reference: Option<String>,
    /// The column of the end-to-end id.
    end_to_end: Option<String>,
    /// The column of the other side's name.
    name: Option<String>,
    /// The column of the other side's account.
    counterparty_account: Option<String>,
    /// Columns of what else was written, parted by commas.
    #[param(example = "text")]
    text: Option<String>,
}

fn column(text: &str) -> Column {
    match text.parse::<usize>() {
        Ok(number) if number > 0 => Column::Numbered(number),
        _ => Column::Named(text.to_owned()),
    }
}

fn optional(text: Option<&String>) -> Option<Column> {
    text.map(|text| column(text))
}

/// Reads the mapping of a table.
///
/// # Errors
/// `invalid_input` with the parameters that lack or cannot be.
pub(super) fn mapping(query: &Mapping) -> Result<TableMapping, Problem> {
    let mut fields = Fields::new();
    let currency = query.currency.as_deref().unwrap_or_default();
    let currency = fields.take("?currency", Currency::parse(currency));
    let date = optional(query.date.as_ref());
    fields.require(date.is_some(), "?date", "Name the column of the day.");
    let amount = match (&query.amount, &query.credit, &query.debit) {
        (Some(amount), None, None) => Some(AmountColumns::Signed(column(amount))),
        (None, Some(credit), Some(debit)) => Some(AmountColumns::Apart {
            credit: column(credit),
            debit: column(debit),
        }),
        _ => None,
    };
    let detail = "Name the column of amounts, or those of credits and of debits.";
    fields.require(amount.is_some(), "?amount", detail);
    let dates = match query.date_order.as_deref() {
        None | Some("ymd") => Some(DateOrder::YearMonthDay),
        Some("dmy") => Some(DateOrder::DayMonthYear),
        Some("mdy") => Some(DateOrder::MonthDayYear),
        Some(_) => None,
    };
    fields.require(
        dates.is_some(),
        "?date_order",
        "An order is ymd, dmy or mdy.",
    );
    let decimal = match query.decimal.as_deref() {
        None => Some(None),
        Some("comma") => Some(Some(DecimalMark::Comma)),
        Some("point") => Some(Some(DecimalMark::Point)),
        Some(_) => None,
    };
    fields.require(decimal.is_some(), "?decimal", "A mark is comma or point.");
    let text = query.text.as_deref().unwrap_or_default().split(',');
    let text = text.filter(|name| !name.is_empty()).map(column).collect();
    fields.finish(|| {
        Some(TableMapping {
            account: query.account.clone(),
            currency: currency?,
            delimiter: None,
            decimal: decimal?,
            dates: dates?,
            date: date?,
            amount: amount?,
            bank_reference: optional(query.bank_reference.as_ref()),
            end_to_end: optional(query.end_to_end.as_ref()),
            name: optional(query.name.as_ref()),
            counterparty_account: optional(query.counterparty_account.as_ref()),
            text,
        })
    })
}
