//! Exchange rates with the day they held and who published them (PR17). A rate on file never changes.
use super::figures::require_enterer;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Result, corrupt};
use crate::ids::{ExchangeRateId, OrganisationId};
use crate::operations::audit;
use crate::schema::exchange_rates;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Currency;
use rust_decimal::Decimal;
use serde_json::json;

/// Decimal places of a rate: a small currency's value in a large one needs them.
pub const RATE_PLACES: u32 = 12;

/// Units of one currency for one of another: above zero, with at most [`RATE_PLACES`] decimal places,
/// at most 9,223,372.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pico: i64,
}

impl Rate {
    /// The rate, where it can be kept exactly.
    pub fn from_decimal(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        let missing = RATE_PLACES.checked_sub(value.scale())?;
        let pico = value
            .mantissa()
            .checked_mul(10_i128.checked_pow(missing)?)?;
        let pico = i64::try_from(pico).ok()?;
        (pico > 0).then_some(Self { pico })
    }

    /// The rate without zeros at the end.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.pico, RATE_PLACES).normalize()
    }
}

/// A rate to be put on file: 1 `base` = `rate` `counter`.
#[derive(Clone, Debug)]
pub struct NewExchangeRate {
    /// The currency that is sold.
    pub base: Currency,
    /// The currency that is bought; another one.
    pub counter: Currency,
    /// How much of it for one of the other.
    pub rate: Rate,
    /// The day on which it held, not in the future.
    pub observed_on: NaiveDate,
    /// Who publishes it.
    pub source: String,
}

/// A rate on file.
#[derive(Clone, Debug)]
pub struct ExchangeRate {
    /// The id.
    pub id: ExchangeRateId,
    /// The figure.
    pub figure: NewExchangeRate,
    /// Which organisation entered it.
    pub entered_by: OrganisationId,
    /// When.
    pub created_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: ExchangeRateId,
    base: String,
    counter: String,
    rate_pico: i64,
    observed_on: NaiveDate,
    source: String,
    entered_by: OrganisationId,
    created_at: Time,
}

impl TryFrom<Row> for ExchangeRate {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            |code: &str| Currency::parse(code).map_err(|_| corrupt("exchange_rates currency"));
        Ok(Self {
            id: row.id,
            figure: NewExchangeRate {
                base: currency(&row.base)?,
                counter: currency(&row.counter)?,
                rate: Rate {
                    pico: row.rate_pico,
                },
                observed_on: row.observed_on,
                source: row.source,
            },
            entered_by: row.entered_by,
            created_at: row.created_at,
        })
    }
}

/// Puts a rate on file.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden) for the operator and for plain members,
/// [`Code::InvalidInput`](crate::Code::InvalidInput) for a day in the future.
pub fn enter(conn: &mut Conn, by: &Actor, new: &NewExchangeRate) -> Result<ExchangeRate> {
    require_enterer(by, new.observed_on)?;
    let id = ExchangeRateId::fresh();
    diesel::insert_into(exchange_rates::table)
        .values((
            exchange_rates::id.eq(id),
            exchange_rates::base.eq(new.base.code()),
            exchange_rates::counter.eq(new.counter.code()),
            exchange_rates::rate_pico.eq(new.rate.pico),
            exchange_rates::observed_on.eq(new.observed_on),
            exchange_rates::source.eq(&new.source),
            exchange_rates::entered_by.eq(by.organisation),
            exchange_rates::created_at.eq(by.now),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "exchange_rate.enter",
        id.uuid(),
        None,
        &json!({
            "base": new.base.code(),
            "counter": new.counter.code(),
            "rate": new.rate.to_decimal().to_string(),
            "source": new.source,
            "observed_on": new.observed_on,
        }),
    )?;
    get(conn, id)
}

/// One rate: they are public.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub fn get(conn: &mut Conn, id: ExchangeRateId) -> Result<ExchangeRate> {
    let row: Option<Row> = exchange_rates::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// What a list of rates is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this currency.
    pub base: Option<Currency>,
    /// In this currency.
    pub counter: Option<Currency>,
}

/// Rates in the order in which they were entered, after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    filter: Filter,
    after: Option<ExchangeRateId>,
    limit: i64,
) -> Result<Vec<ExchangeRate>> {
    let mut query = exchange_rates::table
        .order(exchange_rates::id)
        .limit(limit)
        .into_boxed();
    if let Some(base) = filter.base {
        query = query.filter(exchange_rates::base.eq(base.code()));
    }
    if let Some(counter) = filter.counter {
        query = query.filter(exchange_rates::counter.eq(counter.code()));
    }
    if let Some(after) = after {
        query = query.filter(exchange_rates::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(ExchangeRate::try_from).collect()
}
