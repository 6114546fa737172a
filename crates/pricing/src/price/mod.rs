//! The solidarity price of an order: market reference, cost floor, premium, and a line whose parts
//! add up to the cent.

mod answer;
mod cost;
mod market;
mod request;

pub use answer::{
    Basis, CommunityDestination, HourlyCost, PriceAnswer, QuoteRefused, QuoteUsed, RefusalReason,
    Trace,
};
pub use request::{
    Benchmark, CostSheet, ExchangeRate, MarketQuote, PriceRequest, RuleSet, Workplace,
};

use money::{Currency, Money};
use num_bigint::BigUint;
use ruint::aliases::U256;
use rust_decimal::Decimal;

use crate::components::{COMPONENT_COUNT, Components, PURPOSE_COUNT, Purposes};
use crate::natural::{Figure, Natural, Ratio, Stop, TooWide, apportion};
use crate::{ErrorCode, PricingError};
use cost::{PerUnit, Work};
use market::Evidence;

/// Decimal places of the market reference, the floor and the trace.
const TRACE_PLACES: u32 = 10;
/// Decimal places of the premium rate.
const RATE_PLACES: u32 = 6;

/// Calculates the solidarity price of an order.
///
/// The result is that of exact rational arithmetic, rounded once at the end, half away from zero.
///
/// # Errors
///
/// In this order: `invalid_input` and `amount_out_of_range` for values outside their ranges,
/// `missing_exchange_rate`, `insufficient_market_evidence`, `no_productive_hours`, `below_floor`,
/// `not_above_market`, and `amount_out_of_range` for a result that cannot be written.
pub fn price(request: &PriceRequest) -> Result<PriceAnswer, PricingError> {
    request.check()?;
    let evidence = Evidence::of(request)?;
    match price_in::<U256>(request, &evidence) {
        Ok(answer) => Ok(answer),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::TooWide) => price_of_any_width(request, &evidence),
    }
}

/// The price where a product leaves 256 bits.
fn price_of_any_width(
    request: &PriceRequest,
    evidence: &Evidence<'_>,
) -> Result<PriceAnswer, PricingError> {
    price_in::<BigUint>(request, evidence).map_err(Stop::refusal)
}

/// The price in one kind of numbers.
fn price_in<N: Natural>(
    request: &PriceRequest,
    evidence: &Evidence<'_>,
) -> Result<PriceAnswer, Stop> {
    let median = evidence.median::<N>()?;
    let work = Work::<N>::of(request)?;
    let per_unit = PerUnit::of(request, &median, &work)?;
    let (basis, base) = per_unit.base();
    offer_reaches_floor(request, &per_unit)?;
    agreed_reaches_base(request, &per_unit, base)?;

    let surplus = base.less(&per_unit.floor);
    let exact = per_unit.ratio(&base.plus(&per_unit.community)?);
    let unit_price = exact.decimal(request.unit_price_decimals(), "/cost_sheet")?;
    let premium_rate = premium_rate(unit_price, &median)?;
    let line = Line::of(request, unit_price, &median)?;

    let components = per_unit.components(surplus);
    let amounts = apportion(line.amount, &components, &exact.numerator)?;
    let purposes = per_unit.protected(base)?;
    let premium = base.less(&per_unit.market).plus(&per_unit.community)?;
    let protected = apportion(line.premium, &purposes, &premium)?;
    let money = |minor| Money::new(minor, request.currency);
    Ok(PriceAnswer {
        basis,
        market_reference: median.decimal(TRACE_PLACES, "/market_quotes")?,
        floor: per_unit.floor_decimal()?,
        unit_price,
        premium_rate,
        line_amount: money(line.amount),
        market_amount: money(line.market),
        premium_amount: money(line.premium),
        components: Components::from_array(in_order(amounts, request.currency)?),
        premium_by_purpose: Purposes::from_array(in_order(protected, request.currency)?),
        community_destination: work.community_destination(),
        trace: trace(request, evidence, &work, &per_unit, &components, &exact)?,
    })
}

impl<N: Natural> PerUnit<N> {
    /// What was agreed, or the highest of the three bounds, and which it is.
    fn base(&self) -> (Basis, &N) {
        let (basis, bound) = self.bound();
        match &self.agreed {
            Some(agreed) if agreed > bound => (Basis::Agreed, agreed),
            _ => (basis, bound),
        }
    }

    /// The highest of the three bounds.
    fn bound(&self) -> (Basis, &N) {
        if self.market >= self.floor && self.market >= self.minimum {
            (Basis::Market, &self.market)
        } else if self.floor >= self.minimum {
            (Basis::CostFloor, &self.floor)
        } else {
            (Basis::NetworkMinimum, &self.minimum)
        }
    }

    /// The ten components.
    fn components(&self, surplus: N) -> [N; COMPONENT_COUNT] {
        let [
            materials,
            overhead,
            finance,
            labour,
            gap,
            week,
            democracy,
            jobs,
        ] = self.costs.clone();
        let community = self.community.clone();
        [
            materials, overhead, finance, labour, gap, week, democracy, jobs, surplus, community,
        ]
    }

    /// What the premium protects, purpose by purpose: the market price pays the components in
    /// order, and what it does not reach is premium.
    fn protected(&self, base: &N) -> Result<[N; PURPOSE_COUNT], TooWide> {
        let mut market_left = self.market.clone();
        let mut missing = base.less(&self.market);
        let unpaid = self.costs.each_ref().map(|cost| {
            let premium = cost.less(&market_left);
            market_left = market_left.less(cost);
            missing = missing.less(&premium);
            premium
        });
        let [
            materials,
            overhead,
            finance,
            labour,
            gap,
            week,
            democracy,
            jobs,
        ] = unpaid;
        Ok([
            materials.plus(&overhead)?.plus(&finance)?,
            labour.plus(&gap)?,
            week,
            democracy,
            jobs,
            missing,
            self.community.clone(),
        ])
    }

    fn ratio(&self, numerator: &N) -> Ratio<N> {
        Ratio {
            numerator: numerator.clone(),
            denominator: self.denominator.clone(),
            places: 0,
        }
    }

    fn floor_decimal(&self) -> Result<Decimal, Stop> {
        self.ratio(&self.floor).decimal(TRACE_PLACES, "/cost_sheet")
    }
}

/// Refuses an offer under the cost floor.
fn offer_reaches_floor<N: Natural>(
    request: &PriceRequest,
    per_unit: &PerUnit<N>,
) -> Result<(), Stop> {
    let Some(offered) = request.offered_unit_price else {
        return Ok(());
    };
    let figure = Figure::of(offered);
    let offer = per_unit.denominator.times_small(figure.digits)?;
    if offer >= per_unit.floor.shifted(figure.places)? {
        return Ok(());
    }
    let currency = request.currency;
    // A floor too long to be written does not change what is wrong with the offer.
    let message = match per_unit.floor_decimal() {
        Ok(floor) => format!("{offered} {currency} a unit is under the cost floor of {floor}"),
        Err(_) => format!("{offered} {currency} a unit is under the cost floor"),
    };
    let code = ErrorCode::BelowFloor;
    Err(PricingError::new(code, "/offered_unit_price", message).into())
}

/// Refuses an agreed price under what the price would be without it.
fn agreed_reaches_base<N: Natural>(
    request: &PriceRequest,
    per_unit: &PerUnit<N>,
    base: &N,
) -> Result<(), Stop> {
    let (Some(agreed), Some(in_units)) = (request.agreed_unit_price, &per_unit.agreed) else {
        return Ok(());
    };
    if in_units >= base {
        return Ok(());
    }
    let (code, bound, what) = if in_units < &per_unit.floor {
        (ErrorCode::BelowFloor, &per_unit.floor, "the cost floor")
    } else if in_units < &per_unit.market {
        let what = "the market reference";
        (ErrorCode::NotAboveMarket, &per_unit.market, what)
    } else {
        let what = "the network's minimum";
        (ErrorCode::BelowFloor, &per_unit.minimum, what)
    };
    let bound = per_unit
        .ratio(bound)
        .decimal(TRACE_PLACES, "/agreed_unit_price")?;
    let currency = request.currency;
    let message = format!("{agreed} {currency} a unit is under {what} of {bound}");
    Err(PricingError::new(code, "/agreed_unit_price", message).into())
}

/// (unit price − M) / M; refuses a unit price that is not above the market.
fn premium_rate<N: Natural>(unit_price: Decimal, median: &Ratio<N>) -> Result<Decimal, Stop> {
    let figure = Figure::of(unit_price);
    let places = u32::try_from(median.places).map_err(|_| TooWide)?;
    let price = median
        .denominator
        .times_small(figure.digits)?
        .shifted(places)?;
    let market = median.numerator.shifted(figure.places)?;
    if price <= market {
        return Err(PricingError::new(
            ErrorCode::NotAboveMarket,
            "/rule_set/unit_price_decimals",
            format!("{unit_price}, as rounded, is not above the market price: raise the decimals"),
        )
        .into());
    }
    let rate = Ratio {
        numerator: price.less(&market),
        denominator: market,
        places: 0,
    };
    rate.decimal(RATE_PLACES, "/cost_sheet")
}

/// A line's amounts in minor units.
struct Line {
    amount: i64,
    market: i64,
    premium: i64,
}

impl Line {
    fn of<N: Natural>(
        request: &PriceRequest,
        unit_price: Decimal,
        median: &Ratio<N>,
    ) -> Result<Self, Stop> {
        let minor_digits = request.currency.minor_digits();
        let quantity = Figure::of(request.quantity);
        let unit_price = Figure::of(unit_price);
        let amount = Ratio {
            numerator: N::of(unit_price.digits).times_small(quantity.digits)?,
            denominator: N::of(1),
            places: i64::from(unit_price.places + quantity.places),
        }
        .minor_units(minor_digits, "/quantity")?;
        let market = Ratio {
            numerator: median.numerator.times_small(quantity.digits)?,
            denominator: median.denominator.clone(),
            places: median.places + i64::from(quantity.places),
        }
        .minor_units(minor_digits, "/quantity")?;
        // The unit price is above the market reference, so rounding cannot put it below.
        Ok(Self {
            amount,
            market,
            premium: amount - market,
        })
    }
}

/// The amounts as money, if there are as many as there are places for them.
fn in_order<const COUNT: usize>(
    amounts: Vec<i64>,
    currency: Currency,
) -> Result<[Money; COUNT], TooWide> {
    let amounts: [i64; COUNT] = amounts.try_into().map_err(|_| TooWide)?;
    Ok(amounts.map(|minor| Money::new(minor, currency)))
}

fn trace<N: Natural>(
    request: &PriceRequest,
    evidence: &Evidence<'_>,
    work: &Work<N>,
    per_unit: &PerUnit<N>,
    components: &[N; COMPONENT_COUNT],
    exact: &Ratio<N>,
) -> Result<Trace, Stop> {
    let decimal = |ratio: &Ratio<N>| ratio.widest_decimal(TRACE_PLACES, "/cost_sheet");
    let mut rounded = [Decimal::ZERO; COMPONENT_COUNT];
    for (slot, component) in rounded.iter_mut().zip(components) {
        *slot = decimal(&per_unit.ratio(component))?;
    }
    let [today, fair, agreed] = work.hourly_costs()?;
    Ok(Trace {
        rule_set_version: request.rule_set.version.clone(),
        quotes_used: evidence.quotes_used::<N>()?,
        quotes_refused: evidence.quotes_refused(),
        benchmark_source: request.benchmark.source.clone(),
        benchmark_date: request.benchmark.date,
        hours_per_unit: decimal(&work.hours_per_unit()?)?,
        hourly_cost: HourlyCost {
            current_pay_standard_week: decimal(&today)?,
            fair_pay_standard_week: decimal(&fair)?,
            fair_pay_agreed_week: decimal(&agreed)?,
        },
        components_per_unit: Components::from_array(rounded),
        unrounded_price: decimal(exact)?,
    })
}

#[cfg(test)]
mod tests;
