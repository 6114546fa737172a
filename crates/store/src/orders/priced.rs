//! Prices of an order's lines: the same pricing whenever a line is placed, changed, submitted or confirmed.
//!
//! A listing is priced at its pooled quantity: that of all lines priced together, or of the round that
//! proposed them. Freight and tax are those of the day.
use super::capacity::Work;
use super::lines::{Line, LineStatus};
use crate::catalogue::listings::{self, Listing};
use crate::catalogue::pricer::{Pricer, Quote};
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::{ListingId, OrganisationId, ProductId};
use crate::schema::vat_rates;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use money::{Currency, Micro, Money, MoneyError, apportion};
use ordering::{ListingState, OrderTotals, Totals, VatRate, WorkLine};
use rust_decimal::RoundingStrategy;
use std::collections::BTreeMap;

/// A line that is to be priced.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its place in the order.
    pub position: i32,
    /// The need's line that it serves.
    pub need_position: Option<i32>,
    /// By which listing.
    pub listing: ListingId,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
    /// How much.
    pub quantity: Micro,
    /// The listing's total in the round that proposed it: its price and its minimum are those of that
    /// total.
    pub pooled: Option<Micro>,
    /// What it may cost; `None`: whatever it costs now.
    pub limit: Option<Limit>,
    /// The price that both sides agreed on; `None`: the price of the day.
    pub locked: Option<Box<Locked>>,
}

/// A price that was agreed before, in a quotation or a framework agreement.
#[derive(Clone, Debug)]
pub(super) struct Locked {
    /// The price.
    pub quote: Quote,
    /// The carriage of a unit, where that was agreed too.
    pub unit_freight: Option<Micro>,
}

/// What was proposed or approved, and must not be exceeded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Of a unit.
    pub unit_price: Micro,
    /// Of a unit's carriage.
    pub unit_freight: Micro,
    /// Of the line, tax included, where that was known.
    pub total: Option<Money>,
}

/// A line with its price.
#[derive(Clone, Debug)]
pub(super) struct Priced {
    /// What was asked for.
    pub wanted: Wanted,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// What it is.
    pub product: ProductId,
    /// The carriage of a unit.
    pub unit_freight: Micro,
    /// Tax in the country of delivery.
    pub vat: VatRate,
    /// What it costs.
    pub totals: Totals,
    /// What it would cost at the market reference.
    pub market: Money,
    /// The price of its listing's pooled quantity, with all that led to it.
    pub quote: Quote,
    /// What it asks of the listing's capacity.
    pub work: Work,
}

/// Prices the lines for `buyer` by what holds on `on`.
///
/// # Errors
/// [`Code::ProposalStale`] where a limit is exceeded or a region is no longer served,
/// [`Code::VatRateMissing`], [`Code::CurrencyMismatch`], those of [`Pricer`].
pub(super) fn price(
    conn: &mut Conn,
    buyer: OrganisationId,
    on: NaiveDate,
    wanted: Vec<Wanted>,
) -> Result<Vec<Priced>> {
    let quotes = quotes(conn, buyer, on, &wanted)?;
    let products: Vec<ProductId> = quotes
        .values()
        .map(|(listing, _)| listing.product)
        .collect();
    let vat = vat(conn, &products)?;
    let mut priced = wanted
        .into_iter()
        .map(|line| {
            let (listing, quote) = quotes
                .get(&line.listing)
                .ok_or_else(|| Error::from(Refusal::not_found()))?;
            price_line(line, on, listing, quote, &vat)
        })
        .collect::<Result<Vec<Priced>>>()?;
    share_market(&mut priced, &quotes)?;
    Ok(priced)
}

/// Refuses lines of listings that are not offered any more.
///
/// # Errors
/// [`Code::ProposalStale`].
pub(super) fn require_open(priced: &[Priced]) -> Result<()> {
    match priced
        .iter()
        .find(|line| line.work.state != ListingState::Open)
    {
        None => Ok(()),
        Some(line) => Err(stale(format!(
            "“{}” is not offered any more: ask for a new match.",
            line.work.title
        ))),
    }
}

/// Whether each listing's total is one that it offers.
///
/// # Errors
/// [`Code::QuantityNotOffered`], naming the listing, its minimum and its lot.
pub(super) fn require_offered(priced: &[Priced]) -> Result<()> {
    let totals = pooled(priced.iter().map(|line| &line.wanted))?;
    for line in priced {
        let total = totals.get(&line.wanted.listing).copied();
        if line.wanted.quantity.get() % line.work.lot.get().max(1) != 0
            || total.is_some_and(|total| total < line.work.minimum)
        {
            return Err(not_offered(&line.work));
        }
    }
    Ok(())
}

/// Each listing's pooled quantity: that of these lines together, or of the round that proposed them.
fn pooled<'a>(wanted: impl Iterator<Item = &'a Wanted>) -> Result<BTreeMap<ListingId, Micro>> {
    let mut own: BTreeMap<ListingId, Micro> = BTreeMap::new();
    let mut in_round: BTreeMap<ListingId, Micro> = BTreeMap::new();
    for line in wanted {
        let sum = own.entry(line.listing).or_default();
        *sum = sum.checked_add(line.quantity)?;
        let most = in_round.entry(line.listing).or_default();
        *most = (*most).max(line.pooled.unwrap_or_default());
    }
    for (listing, sum) in &mut own {
        *sum = (*sum).max(in_round.get(listing).copied().unwrap_or_default());
    }
    Ok(own)
}

fn not_offered(work: &Work) -> Error {
    let detail = format!(
        "“{}” is sold from {} on, in lots of {}.",
        work.title, work.minimum, work.lot
    );
    Refusal::new(Code::QuantityNotOffered, detail).into()
}

pub(super) fn stale(detail: String) -> Error {
    Refusal::new(Code::ProposalStale, detail).into()
}

/// Each listing's price at its pooled quantity: the agreed one, or that of the day.
fn quotes(
    conn: &mut Conn,
    buyer: OrganisationId,
    on: NaiveDate,
    wanted: &[Wanted],
) -> Result<BTreeMap<ListingId, (Listing, Quote)>> {
    pooled(wanted.iter())?
        .into_iter()
        .map(|(listing, quantity)| {
            let agreed = wanted.iter().find(|line| line.listing == listing);
            if let Some(locked) = agreed.and_then(|line| line.locked.as_ref()) {
                let offered = listings::get(conn, listing)?;
                return Ok((listing, (offered, locked.quote.clone())));
            }
            let pricer = Pricer::load(conn, listing, buyer, on)?;
            let quote = pricer.quote(quantity).map_err(Error::without_fields)?;
            Ok((listing, (pricer.listing().clone(), quote)))
        })
        .collect()
}

/// The tax rates of the products, by product and country.
fn vat(conn: &mut Conn, products: &[ProductId]) -> Result<BTreeMap<(ProductId, String), Micro>> {
    let rows: Vec<(ProductId, String, i64)> = vat_rates::table
        .filter(vat_rates::product_id.eq_any(products.to_vec()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(product, country, rate)| ((product, country), Micro::new(rate)))
        .collect())
}

fn price_line(
    line: Wanted,
    on: NaiveDate,
    listing: &Listing,
    quote: &Quote,
    vat: &BTreeMap<(ProductId, String), Micro>,
) -> Result<Priced> {
    let terms = &listing.terms;
    let title = &terms.title;
    let sent = terms.freight.iter().find(|to| to.region == line.region);
    let Some(sent) = sent else {
        return Err(stale(format!(
            "“{title}” is not delivered to {} any more: ask for a new match.",
            line.region
        )));
    };
    let agreed = line.locked.as_ref().and_then(|locked| locked.unit_freight);
    let unit_freight = agreed.unwrap_or(sent.unit_price);
    let country: String = line.region.chars().take(2).collect();
    let rate = vat.get(&(listing.product, country.clone())).copied();
    let rate = rate.ok_or_else(|| {
        let detail = format!("“{title}” has no rate of value-added tax in {country} yet.");
        Refusal::new(Code::VatRateMissing, detail)
    })?;
    let vat = VatRate::parse(&country, rate)?;
    let totals = ordering::Line {
        quantity: line.quantity,
        unit_price: quote.unit_price,
        unit_freight,
        vat,
        currency: terms.currency,
    }
    .totals()?;
    if let Some(limit) = &line.limit {
        keep_within(limit, title, quote.unit_price, unit_freight, totals)?;
    }
    let work = Work {
        position: line.position,
        listing: line.listing,
        title: title.clone(),
        state: listing.status,
        minimum: terms.minimum,
        lot: terms.lot,
        line: WorkLine {
            quantity: line.quantity,
            earliest_on: later(on, terms.lead_days),
            due_on: earlier(line.due_on, sent.transit_days),
        },
    };
    Ok(Priced {
        wanted: line,
        cooperative: listing.cooperative,
        product: listing.product,
        unit_freight,
        vat,
        totals,
        market: quote.answer.market_amount,
        quote: quote.clone(),
        work,
    })
}

fn keep_within(
    limit: &Limit,
    title: &str,
    unit_price: Micro,
    unit_freight: Micro,
    totals: Totals,
) -> Result<()> {
    let rose = |what: &str, from: String, to: String| {
        Err(stale(format!(
            "The {what} of “{title}” rose from {from} to {to}: it has to be decided anew."
        )))
    };
    if unit_price > limit.unit_price {
        return rose(
            "price",
            limit.unit_price.to_string(),
            unit_price.to_string(),
        );
    }
    if unit_freight > limit.unit_freight {
        let (from, to) = (limit.unit_freight.to_string(), unit_freight.to_string());
        return rose("freight", from, to);
    }
    match limit.total {
        Some(total) if totals.total().minor() > total.minor() => {
            rose("total", total.to_string(), totals.total().to_string())
        }
        _ => Ok(()),
    }
}

/// Divides each listing's market amount among its lines by quantity; a round's other buyers have their
/// part of it.
fn share_market(
    priced: &mut [Priced],
    quotes: &BTreeMap<ListingId, (Listing, Quote)>,
) -> Result<()> {
    for (listing, (_, quote)) in quotes {
        let lines = || priced.iter().filter(|line| line.wanted.listing == *listing);
        let quantities = || lines().map(|line| line.wanted.quantity.get().unsigned_abs());
        let pooled = Micro::from_decimal(quote.request.quantity)?
            .get()
            .unsigned_abs();
        if quantities().sum::<u64>() > pooled {
            // More is called off than was committed: the reference is that of a unit, whatever the quantity.
            for line in priced.iter_mut().filter(|l| l.wanted.listing == *listing) {
                line.market = at_market(line)?;
            }
            continue;
        }
        let others = pooled.saturating_sub(quantities().sum());
        let weights: Vec<u128> = quantities().chain([others]).map(u128::from).collect();
        let whole = quote.answer.market_amount;
        let parts = apportion(whole.minor(), &weights).unwrap_or_default();
        let lines = priced.iter_mut();
        let lines = lines.filter(|line| line.wanted.listing == *listing);
        for (line, part) in lines.zip(parts) {
            // By largest remainder a tiny line may get the cent that its own rounding does not.
            let most = line.totals.goods().minor();
            line.market = Money::new(part.min(most), whole.currency());
        }
    }
    Ok(())
}

/// The line's quantity at the market reference, rounded half away from zero.
fn at_market(line: &Priced) -> Result<Money> {
    let reference = line.quote.answer.market_reference;
    let currency = line.totals.currency();
    let exact = reference
        .checked_mul(line.wanted.quantity.to_decimal())
        .ok_or(MoneyError::OutOfRange)?;
    let away = RoundingStrategy::MidpointAwayFromZero;
    let rounded = exact.round_dp_with_strategy(currency.minor_digits(), away);
    let whole = Money::from_decimal(rounded, currency)?;
    Ok(Money::new(
        whole.minor().min(line.totals.goods().minor()),
        currency,
    ))
}

fn later(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

fn earlier(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MIN)
}

/// What lines add up to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    /// All amounts.
    pub totals: Totals,
    /// What it would cost at the market reference.
    pub market: Money,
    /// What is paid in advance.
    pub advance: Money,
    /// The highest of the rates.
    pub advance_rate: Micro,
    /// The fewest of the days.
    pub payment_days: i32,
}

/// Adds the lines up. Lines under different rules are paid in advance by their own rates.
///
/// # Errors
/// [`Code::CurrencyMismatch`], [`Code::AmountOutOfRange`].
pub(super) fn sums(currency: Currency, lines: &[Priced]) -> Result<Sums> {
    let nothing = Money::zero(currency);
    let mut sums = Sums {
        totals: Totals::zero(currency),
        market: nothing,
        advance: nothing,
        advance_rate: Micro::ZERO,
        payment_days: lines
            .iter()
            .map(|l| l.quote.payment_days)
            .min()
            .unwrap_or(0),
    };
    for line in lines {
        sums.totals = sums.totals.checked_add(line.totals)?;
        sums.market = sums.market.checked_add(line.market)?;
        sums.advance_rate = sums.advance_rate.max(line.quote.advance_rate);
    }
    for (rate, lines) in by_rate(lines) {
        let totals = OrderTotals::of(lines.iter().map(|line| line.totals))?.single()?;
        sums.advance = sums.advance.checked_add(totals.advance(rate)?)?;
    }
    Ok(sums)
}

impl Priced {
    /// The line as it was written for a new order.
    pub(super) fn line(&self) -> Line {
        Line {
            position: self.wanted.position,
            need_position: self.wanted.need_position,
            purchase_order: None,
            cooperative: self.cooperative,
            listing: self.wanted.listing,
            product: self.product,
            region: self.wanted.region.clone(),
            due_on: self.wanted.due_on,
            status: LineStatus::Active,
            quantity: self.wanted.quantity,
            pooled: self.wanted.pooled,
            market_unit_price: self.quote.market_unit_price,
            market: self.market,
            unit_price: self.quote.unit_price,
            unit_freight: self.unit_freight,
            vat_rate: self.vat.rate(),
            totals: self.totals,
            rule_set: self.quote.rule_set,
        }
    }
}

/// The lines by the rate of their advance.
pub(super) fn by_rate(lines: &[Priced]) -> BTreeMap<Micro, Vec<&Priced>> {
    let mut groups: BTreeMap<Micro, Vec<&Priced>> = BTreeMap::new();
    for line in lines {
        groups
            .entry(line.quote.advance_rate)
            .or_default()
            .push(line);
    }
    groups
}
