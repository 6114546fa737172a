//! Market quotes: what a product costs elsewhere, by source and day. Append-only: a quote that was wrong
//! is outdated by a later one of the same source, and what a price was made from stays on file.
use super::{products, read_currency, require_trade};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result};
use crate::ids::{OrganisationId, PersonId, ProductId, QuoteId};
use crate::on_each;
use crate::operations::audit;
use crate::schema::market_quotes;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

/// Rows that one statement writes: SQLite takes 32,766 values at most.
const WRITTEN_AT_ONCE: usize = 500;

/// A price seen on the market, read and valid but for its day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewQuote {
    /// Who quoted; each source counts once in a price.
    pub source: String,
    /// Where it can be seen.
    pub source_url: Option<String>,
    /// Price of a unit, above zero.
    pub unit_price: Micro,
    /// Its currency.
    pub currency: Currency,
    /// The day on which the price held.
    pub observed_on: NaiveDate,
    /// The smallest order, in units, at that price.
    pub min_quantity: Micro,
}

/// A quote on file.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The id.
    pub id: QuoteId,
    /// Of which product.
    pub product: ProductId,
    /// What was seen.
    pub seen: NewQuote,
    /// The organisation that entered it.
    pub entered_by: OrganisationId,
    /// When.
    pub created_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: QuoteId,
    product_id: ProductId,
    source: String,
    source_url: Option<String>,
    unit_price_micro: i64,
    currency: String,
    observed_on: NaiveDate,
    min_quantity_micro: i64,
    entered_by: OrganisationId,
    _entered_by_person: PersonId,
    created_at: Time,
}

impl TryFrom<Row> for Quote {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            product: row.product_id,
            seen: NewQuote {
                source: row.source,
                source_url: row.source_url,
                unit_price: Micro::new(row.unit_price_micro),
                currency: read_currency(&row.currency, "market_quotes.currency")?,
                observed_on: row.observed_on,
                min_quantity: Micro::new(row.min_quantity_micro),
            },
            entered_by: row.entered_by,
            created_at: row.created_at,
        })
    }
}

/// Puts a quote on file. The operator holds no pricing power.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`] for the product, [`Code::InvalidInput`]
/// for a day to come.
pub fn enter(conn: &mut Conn, by: &Actor, product: ProductId, new: &NewQuote) -> Result<Quote> {
    require_trade(by)?;
    products::get(conn, product)?;
    check_day(by, new)?;
    let id = insert_all(conn, by, &[(product, new)])?
        .pop()
        .or_not_found()?;
    let row: Option<Row> = market_quotes::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// A quote is of a day that has come.
pub(crate) fn check_day(by: &Actor, new: &NewQuote) -> Result<()> {
    if (NaiveDate::default()..=by.now.date()).contains(&new.observed_on) {
        return Ok(());
    }
    let detail = "A quote was seen today or before, and not before 1970.";
    let refusal = Refusal::new(Code::InvalidInput, detail);
    Err(refusal.at("/observed_on").into())
}

/// Puts quotes on file, each checked before, many in a statement; their ids in the same order.
pub(crate) fn insert_all(
    conn: &mut Conn,
    by: &Actor,
    new: &[(ProductId, &NewQuote)],
) -> Result<Vec<QuoteId>> {
    let mut ids = Vec::with_capacity(new.len());
    for some in new.chunks(WRITTEN_AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        let mut entered = Vec::with_capacity(some.len());
        for (product, quote) in some {
            let id = QuoteId::fresh();
            ids.push(id);
            rows.push((
                market_quotes::id.eq(id),
                market_quotes::product_id.eq(*product),
                market_quotes::source.eq(&quote.source),
                market_quotes::source_url.eq(&quote.source_url),
                market_quotes::unit_price_micro.eq(quote.unit_price.get()),
                market_quotes::currency.eq(quote.currency.code()),
                market_quotes::observed_on.eq(quote.observed_on),
                market_quotes::min_quantity_micro.eq(quote.min_quantity.get()),
                market_quotes::entered_by.eq(by.organisation),
                market_quotes::entered_by_person.eq(by.person),
                market_quotes::created_at.eq(by.now),
            ));
            entered.push((id.uuid(), quote_json(*product, quote)));
        }
        on_each!(conn => diesel::insert_into(market_quotes::table).values(rows).execute(conn))?;
        audit::record_new(conn, by, "market_quote.enter", &entered)?;
    }
    Ok(ids)
}

/// The quotes that the actor's organisation entered, after `after`, in the order in which it did.
///
/// # Errors
/// Those of the database.
pub fn list_own(
    conn: &mut Conn,
    by: &Actor,
    after: Option<QuoteId>,
    limit: i64,
) -> Result<Vec<Quote>> {
    let mut query = market_quotes::table
        .filter(market_quotes::entered_by.eq(by.organisation))
        .order(market_quotes::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(market_quotes::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Quote::try_from).collect()
}

/// What an organisation has entered of these products.
pub(crate) fn entered_by(
    conn: &mut Conn,
    organisation: OrganisationId,
    of: &BTreeSet<ProductId>,
) -> Result<HashSet<(ProductId, NewQuote)>> {
    let of: Vec<ProductId> = of.iter().copied().collect();
    let mut all = HashSet::new();
    for some in of.chunks(WRITTEN_AT_ONCE) {
        let rows: Vec<Row> = market_quotes::table
            .filter(market_quotes::product_id.eq_any(some))
            .filter(market_quotes::entered_by.eq(organisation))
            .load(conn)?;
        for row in rows {
            let quote = Quote::try_from(row)?;
            all.insert((quote.product, quote.seen));
        }
    }
    Ok(all)
}

fn quote_json(product: ProductId, quote: &NewQuote) -> Value {
    json!({
        "product": product.to_string(),
        "source": quote.source,
        "unit_price": quote.unit_price.to_string(),
        "currency": quote.currency.code(),
        "observed_on": quote.observed_on,
        "min_quantity": quote.min_quantity.to_string(),
    })
}

/// The product's quotes in the order in which they were entered, after `after`.
///
/// # Errors
/// [`Code::NotFound`] for the product.
pub fn list(
    conn: &mut Conn,
    product: ProductId,
    after: Option<QuoteId>,
    limit: i64,
) -> Result<Vec<Quote>> {
    products::get(conn, product)?;
    let mut query = market_quotes::table
        .filter(market_quotes::product_id.eq(product))
        .order(market_quotes::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(market_quotes::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Quote::try_from).collect()
}
