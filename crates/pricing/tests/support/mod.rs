//! Random requests that a number decides: the same number, the same request, on every machine.
//!
//! Figures are drawn from several kinds, so that both the ordinary and the awkward turn up: cents,
//! round numbers that tie, many decimals, and figures of 28 digits.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test program uses its own part"
)]

use chrono::{Days, NaiveDate};
use money::Currency;
use pricing::{
    Benchmark, Components, CostSheet, ExchangeRate, MarketQuote, PoolBuyer, PriceIndex,
    PriceRequest, ReviewRequest, RuleSet, ShareRequest, Workplace,
};
use rust_decimal::Decimal;

/// A small generator of numbers that look random (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    /// True once in `odds`.
    pub fn once_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let position = self.below(u64::try_from(choices.len()).unwrap());
        *choices.get(usize::try_from(position).unwrap()).unwrap()
    }

    fn decimal(&mut self, limit: u64, places: u32) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.below(limit)), places)
    }

    /// A figure of exactly 28 digits.
    fn widest(&mut self) -> Decimal {
        let digits = i128::from(self.roll() >> 2) * i128::from(self.roll() >> 2);
        let digits = digits % 10_i128.pow(28);
        let places = u32::try_from(self.below(29)).unwrap();
        Decimal::from_i128_with_scale(digits.max(10_i128.pow(27)), places)
    }
}

/// How wild the figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As on a real cost sheet.
    Ordinary,
    /// Few digits, so that halves and equal figures abound.
    Ties,
    /// Up to 28 digits.
    Wide,
}

impl Kind {
    pub fn of(dice: &mut Dice) -> Self {
        match dice.below(20) {
            0..=9 => Self::Ordinary,
            10..=18 => Self::Ties,
            _ => Self::Wide,
        }
    }

    /// Money per unit, zero or above.
    fn money(self, dice: &mut Dice) -> Decimal {
        match self {
            Self::Ordinary => dice.decimal(2_000_000, 2),
            Self::Ties => dice.decimal(41, 0) * Decimal::new(dice.pick(&[5, 25, 50, 100]), 2),
            Self::Wide if dice.once_in(3) => dice.widest(),
            Self::Wide => dice.decimal(1 << 50, 6),
        }
    }

    fn quantity(self, dice: &mut Dice) -> Decimal {
        let quantity = match self {
            Self::Ordinary if dice.once_in(4) => dice.decimal(50_000_000, 3),
            Self::Ordinary => dice.decimal(20_000, 0),
            Self::Ties => Decimal::new(dice.pick(&[5, 10, 15, 20, 25, 40, 80, 30, 1000]), 1),
            Self::Wide if dice.once_in(3) => dice.widest(),
            Self::Wide => dice.decimal(1 << 40, 6),
        };
        at_least(quantity, Decimal::new(1, 3))
    }

    fn minutes(self, dice: &mut Dice) -> Decimal {
        match self {
            Self::Ties => Decimal::new(dice.pick(&[0, 0, 6, 12, 30, 60, 78, 120]), 0),
            Self::Ordinary => dice.decimal(6_000, 2),
            Self::Wide => dice.decimal(1 << 40, 9),
        }
    }

    fn rate(self, dice: &mut Dice) -> Decimal {
        match self {
            Self::Ordinary => dice.decimal(2_500, 4),
            Self::Ties => Decimal::new(dice.pick(&[0, 0, 5, 10, 25, 50, 100]), 2),
            Self::Wide => dice.decimal(1 << 53, 16),
        }
    }

    fn pay(self, dice: &mut Dice) -> Decimal {
        let pay = match self {
            Self::Ties => Decimal::new(dice.pick(&[520, 1040, 1560, 2080, 3120]), 0),
            Self::Ordinary => dice.decimal(200_000_000, 2),
            Self::Wide => dice.decimal(1 << 60, 8),
        };
        at_least(pay, Decimal::ONE)
    }
}

fn at_least(value: Decimal, least: Decimal) -> Decimal {
    value.max(least)
}

/// The value if it has at most 28 digits, and else its first ones.
fn fitting(value: Decimal) -> Decimal {
    if value.mantissa().abs() < 10_i128.pow(28) {
        return value;
    }
    let places = value.scale().saturating_sub(1);
    Decimal::from_i128_with_scale(value.mantissa() / 10, places)
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day_before(dice: &mut Dice, as_of: NaiveDate, most: u64) -> NaiveDate {
    as_of - Days::new(dice.below(most))
}

fn currency(dice: &mut Dice) -> Currency {
    Currency::parse(dice.pick(&["ARS", "BRL", "USD", "TND", "CLP"])).unwrap()
}

/// A price request: nearly always in range, often refused for what the figures lead to.
pub fn price_request(dice: &mut Dice, kind: Kind) -> PriceRequest {
    let as_of = day("2026-06-30");
    let currency = currency(dice);
    let usd = Currency::parse("USD").unwrap();
    let scale = kind.money(dice);
    let market_quotes = (0..3 + dice.below(6))
        .map(|_| MarketQuote {
            source: format!("supplier-{}", dice.below(15)),
            unit_price: at_least(near(dice, kind, scale), Decimal::new(1, 2)),
            currency: dice.once_in(5).then_some(usd),
            observed_on: day_before(dice, as_of, 100) + Days::new(dice.below(2)),
            min_quantity: dice.pick(&[0, 0, 0, 0, 1, 100]).into(),
        })
        .collect();
    let exchange_rates = (0..dice.below(5))
        .map(|_| ExchangeRate {
            from: usd,
            to: currency,
            rate: at_least(kind.money(dice), Decimal::new(1, 4)),
            on: day_before(dice, as_of, 95),
            source: "central bank".into(),
        })
        .collect();
    let (workplace, benchmark) = work(dice, kind);
    let mut request = PriceRequest {
        currency,
        quantity: kind.quantity(dice),
        as_of,
        market_quotes,
        exchange_rates,
        cost_sheet: cost_sheet(dice, kind),
        workplace,
        benchmark,
        network_minimum: None,
        offered_unit_price: None,
        agreed_unit_price: None,
        rule_set: rule_set(dice, kind),
    };
    if dice.once_in(3) {
        request.network_minimum = Some(near(dice, kind, scale));
    }
    if dice.once_in(4) {
        let offered = near(dice, kind, scale);
        let offered = offered.checked_mul(Decimal::TWO).unwrap_or(offered);
        request.offered_unit_price = Some(at_least(fitting(offered), Decimal::new(1, 2)));
    }
    request
}

/// A figure within a third of another, and sometimes just that one.
fn near(dice: &mut Dice, kind: Kind, scale: Decimal) -> Decimal {
    if kind == Kind::Ties {
        return if dice.once_in(2) {
            scale
        } else {
            kind.money(dice)
        };
    }
    if scale.scale() + 2 > 28 || scale.mantissa() > 10_i128.pow(25) {
        return scale;
    }
    fitting(scale * Decimal::new(i64::try_from(67 + dice.below(67)).unwrap(), 2))
}

fn cost_sheet(dice: &mut Dice, kind: Kind) -> CostSheet {
    let efficiency = Decimal::new(dice.pick(&[100, 100, 50, 66, 80, 33]), 2);
    CostSheet {
        materials_per_unit: kind.money(dice),
        overhead_per_unit: kind.money(dice),
        setup_cost: dice.pick(&[Decimal::ZERO, kind.money(&mut Dice::new(dice.0))]),
        standard_minutes_per_unit: kind.minutes(dice),
        setup_minutes: dice.pick(&[Decimal::ZERO, kind.minutes(&mut Dice::new(dice.0))]),
        line_efficiency: efficiency,
    }
}

fn work(dice: &mut Dice, kind: Kind) -> (Workplace, Benchmark) {
    let standard = Decimal::new(dice.pick(&[480, 440, 400, 375, 480]), 1);
    let agreed = standard * Decimal::new(dice.pick(&[100, 100, 90, 75, 50]), 2);
    let assembly = dice.pick(&[0, 0, 4, 8, 8, 85, 130, 156]);
    let living = kind.pay(dice);
    let pay = if dice.once_in(4) {
        living * Decimal::new(dice.pick(&[10, 20, 30]), 1)
    } else {
        kind.pay(dice)
    };
    let workplace = Workplace {
        monthly_pay: pay,
        on_cost_rate: kind.rate(dice),
        weekly_hours: agreed,
        assembly_hours_per_month: assembly.into(),
    };
    let benchmark = Benchmark {
        living_wage_monthly: living,
        standard_weekly_hours: standard,
        source: Some("wage council".into()),
        date: None,
    };
    (workplace, benchmark)
}

fn rule_set(dice: &mut Dice, kind: Kind) -> RuleSet {
    RuleSet {
        min_quotes: dice.pick(&[1, 2, 3, 3]),
        quote_max_age_days: dice.pick(&[60, 90, 98]),
        pay_cap_multiple: Decimal::new(dice.pick(&[20, 20, 10, 15, 5]), 1),
        job_reserve_rate: kind.rate(dice),
        community_rate: at_least(kind.rate(dice), Decimal::new(1, 3)),
        monthly_finance_rate: kind.rate(dice),
        payment_days: dice.pick(&[0, 15, 30, 45, 90]).into(),
        advance_rate: Decimal::new(dice.pick(&[0, 5_000, 3_333, 10_000]), 4),
        unit_price_decimals: dice.pick(&[None, None, Some(0), Some(2), Some(6)]),
        ..RuleSet::new("2026.1")
    }
}

/// A pool: caps, zero abilities and a fund that may not do.
pub fn share_request(dice: &mut Dice, kind: Kind) -> ShareRequest {
    let market = kind.money(dice);
    let more = near(dice, kind, market);
    let buyers = (0..=dice.below(7))
        .map(|position| PoolBuyer {
            id: format!("union-{position}"),
            quantity: kind.quantity(dice),
            ability: Decimal::new(dice.pick(&[0, 25, 50, 75, 100, 100, 120, 200]), 2),
            max_premium_rate: dice
                .pick(&[None, None, Some(0), Some(5), Some(10), Some(100)])
                .map(|percent| Decimal::new(percent, 2)),
        })
        .collect();
    ShareRequest {
        currency: currency(dice),
        market_unit_price: market,
        unit_price: fitting(market.checked_add(more).unwrap_or(market)).max(market),
        fund_available: dice.pick(&[0, 0, 1, 50, 1_000_000]).into(),
        unit_price_decimals: dice.pick(&[None, None, Some(0), Some(4)]),
        buyers,
    }
}

/// A review: up and down, clipped by either guard or not at all.
pub fn review_request(dice: &mut Dice, kind: Kind) -> ReviewRequest {
    let current: [Decimal; 10] = std::array::from_fn(|_| kind.money(dice));
    let sum = current
        .iter()
        .try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part));
    let initial = near(dice, kind, fitting(sum.unwrap_or(Decimal::ONE)));
    let mut left = 100 - i64::try_from(dice.below(50)).unwrap();
    let fixed = 100 - left;
    let mut indices = Vec::new();
    while left > 0 {
        let weight = left.min(1 + i64::try_from(dice.below(60)).unwrap());
        left -= weight;
        indices.push(PriceIndex {
            name: format!("index-{left}"),
            weight: Decimal::new(weight, 2),
            base: at_least(kind.pay(dice), Decimal::ONE),
            now: at_least(kind.pay(dice), Decimal::ONE),
        });
        if let Some(index) = indices.last_mut()
            && !dice.once_in(3)
        {
            // Real indices move by percents.
            index.base = Decimal::new(10_000, 2);
            index.now = Decimal::new(i64::try_from(8_500 + dice.below(4_000)).unwrap(), 2);
        }
    }
    let unbalanced = dice.once_in(25);
    ReviewRequest {
        currency: currency(dice),
        unit_price_decimals: dice.pick(&[None, None, Some(0), Some(3)]),
        initial_unit_price: initial,
        current: Components::from_array(current),
        current_since: day("2026-01-01"),
        as_of: day("2026-01-01") + Days::new(85 + dice.below(200)),
        fixed: Decimal::new(if unbalanced { fixed + 1 } else { fixed }, 2).min(Decimal::ONE),
        indices,
        min_days_between: 90,
        max_step_rate: Decimal::new(dice.pick(&[10, 10, 0, 5, 50]), 2),
        max_total_rate: Decimal::new(dice.pick(&[50, 50, 0, 10]), 2),
    }
}
