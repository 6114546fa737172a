//! The page's formulas as they stand there, over rationals, with nothing shared with the crate.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use pricing::{MarketQuote, PriceRequest, ReviewRequest, ShareRequest};
use rust_decimal::Decimal;

/// Figures in a fixed order: rounded values as their digits, yes and no as 1 and 0.
pub type Figures = Vec<i128>;
/// The figures, or the code of the refusal.
pub type Outcome = Result<Figures, &'static str>;

type Q = BigRational;

fn q(value: Decimal) -> Q {
    Q::new(value.mantissa().into(), BigInt::from(10).pow(value.scale()))
}

fn int(value: i64) -> Q {
    Q::from_integer(value.into())
}

fn zero() -> Q {
    int(0)
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Q>) -> Q {
    parts.into_iter().fold(zero(), |sum, part| sum + part)
}

/// Digits of a value that is not negative, rounded half up to so many places.
fn digits(value: &Q, places: u32) -> BigInt {
    let scaled = value * Q::from_integer(BigInt::from(10).pow(places));
    let twice: BigInt = scaled.numer() * 2 + scaled.denom();
    twice / (scaled.denom() * 2)
}

fn figure(value: &Q, places: u32) -> Result<i128, &'static str> {
    let digits = digits(value, places);
    if digits < BigInt::from(10).pow(28) {
        Ok(i128::try_from(digits).unwrap())
    } else {
        Err("amount_out_of_range")
    }
}

fn minor(value: &Q, places: u32) -> Result<i64, &'static str> {
    i64::try_from(digits(value, places)).map_err(|_| "amount_out_of_range")
}

/// Largest remainder, by handing out one unit at a time.
fn largest_remainder(total: i64, weights: &[Q]) -> Vec<i64> {
    if total == 0 {
        return vec![0; weights.len()];
    }
    let whole = sum(weights);
    let shares: Vec<Q> = weights.iter().map(|w| w * int(total) / &whole).collect();
    let mut parts: Vec<i64> = shares
        .iter()
        .map(|share| i64::try_from(share.floor().to_integer()).unwrap())
        .collect();
    let mut remainders: Vec<Q> = shares.iter().map(|share| share - share.floor()).collect();
    while parts.iter().sum::<i64>() < total {
        let mut best = 0;
        for position in 1..remainders.len() {
            if remainders[position] > remainders[best] {
                best = position;
            }
        }
        parts[best] += 1;
        remainders[best] = int(-1);
    }
    parts
}

/// M, and the highest of the prices that it is the median of.
fn market(request: &PriceRequest) -> Result<(Q, Q), &'static str> {
    let oldest = i64::from(request.rule_set.quote_max_age_days);
    let mut kept: BTreeMap<&str, &MarketQuote> = BTreeMap::new();
    for quote in &request.market_quotes {
        let age = (request.as_of - quote.observed_on).num_days();
        if q(quote.min_quantity) > q(request.quantity) || age < 0 || age > oldest {
            continue;
        }
        let better = kept.get(quote.source.as_str()).is_none_or(|best| {
            (q(quote.min_quantity), quote.observed_on) >= (q(best.min_quantity), best.observed_on)
        });
        if better {
            kept.insert(&quote.source, quote);
        }
    }
    let mut prices = Vec::new();
    for quote in kept.values() {
        let from = quote.currency.unwrap_or(request.currency);
        let mut rate = (from == request.currency).then(|| int(1));
        let mut latest = None;
        for exchange in &request.exchange_rates {
            let age = (request.as_of - exchange.on).num_days();
            let usable = exchange.from == from && exchange.to == request.currency;
            if from == request.currency || !usable || age < 0 || age > oldest {
                continue;
            }
            if latest.is_none_or(|day| exchange.on >= day) {
                latest = Some(exchange.on);
                rate = Some(q(exchange.rate));
            }
        }
        prices.push(q(quote.unit_price) * rate.ok_or("missing_exchange_rate")?);
    }
    if prices.len() < usize::try_from(request.rule_set.min_quotes).unwrap() {
        return Err("insufficient_market_evidence");
    }
    prices.sort();
    let middle = prices.len() / 2;
    let median = if prices.len() % 2 == 1 {
        prices[middle].clone()
    } else {
        (&prices[middle - 1] + &prices[middle]) / int(2)
    };
    Ok((median, prices[prices.len() - 1].clone()))
}

/// h, the three hourly costs, and components 1 to 8.
fn costs(request: &PriceRequest) -> Result<(Q, [Q; 3], Vec<Q>), &'static str> {
    let (sheet, work, rules) = (&request.cost_sheet, &request.workplace, &request.rule_set);
    let quantity = q(request.quantity);
    let h = (q(sheet.standard_minutes_per_unit) / q(sheet.line_efficiency)
        + q(sheet.setup_minutes) / &quantity)
        / int(60);
    let r = |m: &Q, v: &Q| m * int(12) * (int(1) + q(work.on_cost_rate)) / (int(52) * v);
    let living = q(request.benchmark.living_wage_monthly);
    let cap = q(rules.pay_cap_multiple) * &living;
    let pay = q(work.monthly_pay).min(cap.clone());
    let fair = pay.clone().max(living.min(cap));
    let standard = q(request.benchmark.standard_weekly_hours);
    let week = q(work.weekly_hours);
    let assembly = q(work.assembly_hours_per_month);
    let month = &week * int(52) / int(12);
    if assembly >= month {
        return Err("no_productive_hours");
    }
    let hourly = [r(&pay, &standard), r(&fair, &standard), r(&fair, &week)];
    let materials = q(sheet.materials_per_unit) + q(sheet.setup_cost) / &quantity;
    let finance = &materials * q(rules.monthly_finance_rate) * q(rules.payment_days) / int(30)
        * (int(1) - q(rules.advance_rate));
    let labour = &h * &hourly[0];
    let gap = &h * (&hourly[1] - &hourly[0]);
    let shorter = &h * (&hourly[2] - &hourly[1]);
    let democracy = &h * &hourly[2] * &assembly / (month - &assembly);
    let jobs = q(rules.job_reserve_rate) * (&labour + &gap + &shorter + &democracy);
    let overhead = q(sheet.overhead_per_unit);
    let parts = vec![
        materials, overhead, finance, labour, gap, shorter, democracy, jobs,
    ];
    Ok((h, hourly, parts))
}

/// M, F, unit price, rate, the three amounts, ten components, seven purposes, h, three hourly
/// costs, ten components per unit, the unrounded price, the basis and the destination.
pub fn price(request: &PriceRequest) -> Outcome {
    let (m, dearest) = market(request)?;
    let (h, hourly, parts) = costs(request)?;
    let floor = sum(&parts);
    if request
        .offered_unit_price
        .is_some_and(|offered| q(offered) < floor)
    {
        return Err("below_floor");
    }
    let minimum = q(request.network_minimum.unwrap_or_default());
    let base = m.clone().max(floor.clone()).max(minimum.clone());
    let basis = if m >= floor && m >= minimum {
        0
    } else if floor >= minimum {
        1
    } else {
        2
    };
    let community = q(request.rule_set.community_rate) * &m;
    let exact = &base + &community;
    let minor_digits = request.currency.minor_digits();
    let decimals = request
        .rule_set
        .unit_price_decimals
        .unwrap_or(minor_digits + 2);
    let unit_digits = figure(&exact, decimals)?;
    let unit = Q::new(unit_digits.into(), BigInt::from(10).pow(decimals));
    if unit <= m {
        return Err("not_above_market");
    }
    let quantity = q(request.quantity);
    let line = minor(&(&unit * &quantity), minor_digits)?;
    let market_amount = minor(&(&m * &quantity), minor_digits)?;

    // The market price pays the components in order; the rest of each is premium.
    let mut cum = zero();
    let mut premium = Vec::new();
    for part in &parts {
        cum += part;
        premium.push(zero().max(part.clone().min(&cum - &m)));
    }
    let surplus_premium = &base - &m - sum(&premium);
    let purposes = [
        sum(&premium[0..3]),
        sum(&premium[3..5]),
        premium[5].clone(),
        premium[6].clone(),
        premium[7].clone(),
        surplus_premium,
        community.clone(),
    ];
    let mut components = parts;
    components.push(&base - &floor);
    components.push(community);

    let mut figures = vec![
        figure(&m, 10)?,
        figure(&floor, 10)?,
        unit_digits,
        figure(&((&unit - &m) / &m), 6)?,
        line.into(),
        market_amount.into(),
        (line - market_amount).into(),
    ];
    figures.extend(
        largest_remainder(line, &components)
            .into_iter()
            .map(i128::from),
    );
    let protected = largest_remainder(line - market_amount, &purposes);
    figures.extend(protected.into_iter().map(i128::from));
    for traced in [&h]
        .into_iter()
        .chain(&hourly)
        .chain(&components)
        .chain([&exact])
    {
        let mut places = 10;
        while places > 0 && figure(traced, places).is_err() {
            places -= 1;
        }
        figures.extend([figure(traced, places)?, places.into()]);
    }
    // The trace shows every converted price.
    figure(&dearest, 0)?;
    let cap = q(request.rule_set.pay_cap_multiple) * q(request.benchmark.living_wage_monthly);
    figures.push(basis);
    figures.push(i128::from(q(request.workplace.monthly_pay) >= cap));
    Ok(figures)
}

/// Market part, extra, total, price paid and capped for each buyer; then fund, shortfall, T.
pub fn share(request: &ShareRequest) -> Outcome {
    let minor_digits = request.currency.minor_digits();
    let quantities: Vec<Q> = request.buyers.iter().map(|b| q(b.quantity)).collect();
    let pooled = sum(&quantities);
    let receives = minor(&(q(request.unit_price) * &pooled), minor_digits)?;
    let market = minor(&(q(request.market_unit_price) * &pooled), minor_digits)?;
    let market_parts = largest_remainder(market, &quantities);

    let cent = Q::from_integer(BigInt::from(10).pow(minor_digits));
    let count = request.buyers.len();
    let weights: Vec<Q> = request
        .buyers
        .iter()
        .map(|b| q(b.quantity) * q(b.ability))
        .collect();
    let caps: Vec<Option<Q>> = request
        .buyers
        .iter()
        .map(|b| {
            let rate = b.max_premium_rate.map(q)?;
            Some((rate * q(request.market_unit_price) * q(b.quantity) * &cent).floor())
        })
        .collect();
    let mut extra = vec![0_i64; count];
    let mut capped = vec![false; count];
    let mut left = receives - market;
    loop {
        let open: Vec<usize> = (0..count).filter(|i| !capped[*i]).collect();
        let level = sum(open.iter().map(|i| &weights[*i]));
        if level == zero() {
            break;
        }
        let over: Vec<usize> = open
            .iter()
            .copied()
            .filter(|i| {
                let part = int(left) * &weights[*i] / &level;
                caps[*i].as_ref().is_some_and(|cap| part > *cap)
            })
            .collect();
        if over.is_empty() {
            let open_weights: Vec<Q> = open.iter().map(|i| weights[*i].clone()).collect();
            for (i, part) in open.iter().zip(largest_remainder(left, &open_weights)) {
                extra[*i] = part;
            }
            left = 0;
            break;
        }
        for i in over {
            capped[i] = true;
            extra[i] = i64::try_from(caps[i].clone().unwrap().to_integer()).unwrap();
            left -= extra[i];
        }
    }
    let decimals = request.unit_price_decimals.unwrap_or(minor_digits + 2);
    let mut figures = Vec::new();
    for i in 0..count {
        let total = market_parts[i] + extra[i];
        let paid = int(total) / &cent / &quantities[i];
        figures.extend([market_parts[i], extra[i], total].map(i128::from));
        figures.extend([figure(&paid, decimals)?, capped[i].into()]);
    }
    let fund = i64::try_from(digits(&q(request.fund_available), minor_digits)).unwrap();
    let paid = left.min(fund);
    figures.extend([paid, left - paid, receives].map(i128::from));
    Ok(figures)
}

/// Factor, unit price, ten components, and 0, 1 or 2 for no guard, step and total.
pub fn review(request: &ReviewRequest) -> Outcome {
    let weights: Vec<Q> = request.indices.iter().map(|i| q(i.weight)).collect();
    if q(request.fixed) + sum(&weights) != int(1) {
        return Err("weights_do_not_sum_to_one");
    }
    if (request.as_of - request.current_since).num_days() < i64::from(request.min_days_between) {
        return Err("too_soon");
    }
    let mut factor = q(request.fixed);
    for index in &request.indices {
        factor += q(index.weight) * q(index.now) / q(index.base);
    }
    let current: Vec<Q> = request.current.into_array().map(q).to_vec();
    let mut new: Vec<Q> = current.iter().map(|c| c * &factor).collect();
    for position in 3..8 {
        new[position] = &current[position] * factor.clone().max(int(1));
    }
    let before = sum(&current);
    let step = &before * (int(1) + q(request.max_step_rate));
    let total = q(request.initial_unit_price) * (int(1) + q(request.max_total_rate));
    let guard = if step <= total { 1 } else { 2 };
    let ceiling = step.min(total).max(before.clone());
    let after = sum(&new);
    let clipped = after > ceiling;
    if clipped {
        let k = (&ceiling - &before) / (&after - &before);
        for (new, old) in new.iter_mut().zip(&current) {
            *new = old + &k * (&*new - old);
        }
    }
    let default = request.currency.minor_digits() + 2;
    let unit = sum(&new);
    let mut figures = vec![
        figure(&factor, 18)?,
        figure(&unit, request.unit_price_decimals.unwrap_or(default))?,
    ];
    for component in &new {
        figures.push(figure(component, 10)?);
    }
    figures.push(if clipped { guard } else { 0 });
    Ok(figures)
}
