//! What matching's integers mean: exact both ways, and always on the safe side.
use super::Asked;
use super::offers::{self, Candidate, Listings};
use crate::error::{Result, corrupt};
use crate::ids::{ListingId, ProductId};
use chrono::{Datelike, Days, NaiveDate};
use matching::{Break, Line, Offer};
use money::{Micro, Money};
use ordering::PeriodCalendar;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Decimal places of a [`Micro`].
const MICRO_PLACES: u32 = 6;
/// Prices are counted in 10^-4 of the currency, and to the millionth only where one is finer.
const PRICE_PLACES: u32 = 4;
/// Weeks of a round at most; what is due later could be made sooner.
const HORIZON_WEEKS: u32 = 160;
/// What the integers of a round mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scales {
    /// A price of 1 is 10^-this of the currency.
    pub price_decimals: u32,
    /// A quantity of 1 is 10^-this of the product's unit, by product.
    pub quantity_decimals: BTreeMap<Uuid, u32>,
    /// Period 0 is the week that starts on this Monday.
    pub first_monday: NaiveDate,
}

impl Scales {
    /// The coarsest scales in which every figure is exact.
    pub(super) fn of(asked: &Asked<'_>, listings: &Listings) -> Self {
        let regions: Vec<&str> = regions(asked);
        let fine = listings.candidates.iter().any(|one| {
            let unit_prices = one.prices.iter().map(|(_, price)| *price);
            let freight = regions
                .iter()
                .filter_map(|region| Some(one.pricer.freight(region)?.0));
            unit_prices
                .chain(freight)
                .any(|price| price.get() % power(MICRO_PLACES - PRICE_PLACES) != 0)
        });
        let quantity_decimals = listings
            .decimals
            .iter()
            .map(|(product, places)| (product.uuid(), *places))
            .collect();
        // The week before, so that what is due before this week is over has a period too: one in
        // which nothing can be made.
        let since_monday = u64::from(asked.as_of.weekday().num_days_from_monday());
        Self {
            price_decimals: if fine { MICRO_PLACES } else { PRICE_PLACES },
            quantity_decimals,
            first_monday: asked
                .as_of
                .checked_sub_days(Days::new(since_monday + 7))
                .unwrap_or(asked.as_of),
        }
    }

    fn calendar(&self) -> Option<PeriodCalendar> {
        PeriodCalendar::starting(self.first_monday).ok()
    }

    fn places(&self, product: ProductId) -> u32 {
        let known = self.quantity_decimals.get(&product.uuid());
        known.copied().unwrap_or(MICRO_PLACES)
    }

    /// Matching's units in one of the product's.
    pub(super) fn tradable_per_unit(&self, product: ProductId) -> i64 {
        power(self.places(product))
    }

    /// Millionths in one of matching's units of the product.
    pub(super) fn unit(&self, product: ProductId) -> i64 {
        power(MICRO_PLACES.saturating_sub(self.places(product)))
    }

    /// Millionths in one of matching's prices.
    fn price_unit(&self) -> i64 {
        power(MICRO_PLACES.saturating_sub(self.price_decimals))
    }

    /// A quantity of matching's in the product's unit.
    ///
    /// # Errors
    /// Past 64 bits, which matching never answers.
    pub fn quantity(&self, product: ProductId, units: i64) -> Result<Micro> {
        let micro = units.checked_mul(self.unit(product));
        micro
            .map(Micro::new)
            .ok_or_else(|| corrupt("a plan's quantity"))
    }

    /// A price of matching's in the currency; also a difference of prices.
    ///
    /// # Errors
    /// Past 64 bits, which matching never answers.
    pub fn price(&self, price: i64) -> Result<Micro> {
        let micro = price.checked_mul(self.price_unit());
        micro
            .map(Micro::new)
            .ok_or_else(|| corrupt("a plan's price"))
    }

    /// A price in the round's scale, in which it is exact.
    fn scaled(&self, price: Micro) -> i64 {
        price.get() / self.price_unit()
    }

    /// A budget in price × quantity of the round's scales.
    fn budget(&self, money: Money, product: ProductId) -> i64 {
        let places = self.price_decimals + self.places(product);
        let finer = places.saturating_sub(money.currency().minor_digits());
        let scaled = i128::from(money.minor()) * i128::from(power(finer));
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }

    /// The round's lines. What is due before this week is over can be made in no period.
    pub(super) fn lines(&self, asked: &Asked<'_>) -> Vec<Line> {
        let buyer = asked.buyer.to_string();
        let lines = asked.lines.iter().map(|line| {
            let unit = self.unit(line.product);
            let due = self
                .calendar()
                .and_then(|calendar| calendar.due_week(line.due_on))
                .unwrap_or(0)
                .min(HORIZON_WEEKS);
            let mut scaled = Line::new(
                line.position.to_string(),
                buyer.clone(),
                line.product.to_string(),
                line.quantity.get() / unit,
                line.region.clone(),
                i64::from(due),
            );
            scaled.priority = i64::from(line.priority);
            scaled.max_unit_price = line.max_unit_price.map(|price| self.scaled(price));
            scaled.budget = line.budget.map(|money| self.budget(money, line.product));
            scaled.max_suppliers = line.max_suppliers.map(i64::from);
            scaled
        });
        lines.collect()
    }

    /// A listing as the round's offer.
    pub(super) fn offer(&self, one: &Candidate, asked: &Asked<'_>, work: i64) -> Offer {
        let pricer = &one.pricer;
        let product = pricer.product();
        let unit = self.unit(product);
        let list_price = one
            .prices
            .first()
            .map_or(0, |(_, price)| self.scaled(*price));
        let mut offer = Offer::new(
            pricer.listing().id.to_string(),
            pricer.cooperative().to_string(),
            product.to_string(),
            self.capacity(one, asked),
            list_price,
        );
        offer.minimum = up(one.minimum.get(), unit);
        // The least quantity that is a whole number of lots and of tradable units.
        offer.lot = (pricer.lot().get() / gcd(pricer.lot().get(), unit)).max(1);
        offer.lead = self
            .calendar()
            .map_or(0, |calendar| {
                calendar.lead_week(asked.as_of, pricer.lead_days())
            })
            .into();
        let steps = one.prices.iter().skip(1);
        offer.breaks = steps
            .map(|(from, price)| Break {
                quantity: up(from.get(), unit),
                unit_price: self.scaled(*price),
            })
            .collect();
        for region in regions(asked) {
            if let Some((freight, days)) = pricer.freight(region) {
                offer
                    .freight
                    .insert(region.to_owned(), self.scaled(freight));
                let weeks = PeriodCalendar::weeks(days);
                offer.transit.insert(region.to_owned(), weeks.into());
            }
        }
        offer.work = work;
        offer
    }

    /// What is free by week, at most what the lines ask for: more would change nothing.
    fn capacity(&self, one: &Candidate, asked: &Asked<'_>) -> Vec<i64> {
        let unit = self.unit(one.pricer.product());
        let most = offers::demand(asked, one.pricer.product()).get() / unit;
        let mut weeks: Vec<i64> = Vec::new();
        let Some(calendar) = self.calendar() else {
            return weeks;
        };
        for (ends_on, free) in &one.free {
            let week = calendar
                .capacity_week(*ends_on)
                .filter(|week| *week <= HORIZON_WEEKS)
                .and_then(|week| usize::try_from(week).ok());
            let Some(week) = week else { continue };
            if weeks.len() <= week {
                weeks.resize(week + 1, 0);
            }
            if let Some(units) = weeks.get_mut(week) {
                *units = units.saturating_add(free.get() / unit).min(most);
            }
        }
        weeks
    }
}

/// Reads an id that [`Scales`] wrote.
pub(crate) fn id_of(text: &str) -> Result<ListingId> {
    let id: Uuid = text.parse().map_err(|_| corrupt("a plan's id"))?;
    Ok(id.into())
}

fn regions<'a>(asked: &Asked<'a>) -> Vec<&'a str> {
    let mut regions: Vec<&str> = asked
        .lines
        .iter()
        .map(|line| line.region.as_str())
        .collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

/// 10^places, for up to 18 places.
fn power(places: u32) -> i64 {
    10_i64.checked_pow(places).unwrap_or(i64::MAX)
}

/// `value / unit`, rounded up; for a positive unit and a value not below zero.
fn up(value: i64, unit: i64) -> i64 {
    let whole = value.checked_div(unit).unwrap_or(value);
    let rest = value.checked_rem(unit).unwrap_or(0);
    whole + i64::from(rest > 0)
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    a.max(1)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be read fails the test"
)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;
    use crate::needs::need::NeedLine;
    use money::Currency;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn micro(text: &str) -> Micro {
        text.parse().unwrap()
    }

    fn scales(product: ProductId, price_decimals: u32, quantity_decimals: u32) -> Scales {
        Scales {
            price_decimals,
            quantity_decimals: BTreeMap::from([(product.uuid(), quantity_decimals)]),
            first_monday: day("2026-11-09"),
        }
    }

    fn line(product: ProductId, due_on: NaiveDate) -> NeedLine {
        let ars = Currency::parse("ARS").unwrap();
        NeedLine {
            position: 1,
            product,
            specification: String::new(),
            quantity: micro("12.50"),
            priority: 2,
            region: "AR-B".to_owned(),
            due_on,
            max_unit_price: Some(micro("7.123456")),
            budget: Some(Money::new(99_99, ars)),
            max_suppliers: Some(3),
        }
    }

    fn asked(lines: &[NeedLine]) -> Asked<'_> {
        Asked {
            declined: Vec::new(),
            rule_set: None,
            buyer: OrganisationId::fresh(),
            currency: Currency::parse("ARS").unwrap(),
            max_premium_rate: None,
            networks: &[],
            lines,
            as_of: day("2026-11-18"),
            seed: 7,
            search: ::matching::Search::Prompt,
            only: None,
        }
    }

    #[test]
    fn figures_are_scaled_exactly_and_limits_on_the_safe_side() {
        let product = ProductId::fresh();
        let scales = scales(product, 4, 2);
        let lines = [line(product, day("2026-12-06"))];
        let scaled = scales.lines(&asked(&lines)).pop().unwrap();
        assert_eq!((scaled.quantity, scaled.priority), (1250, 2));
        // 7.1234 a unit; 99.99 in 10^-4 of a peso times 10^-2 of a unit.
        assert_eq!(scaled.max_unit_price, Some(71_234));
        assert_eq!(scaled.budget, Some(99_990_000));
        assert_eq!(scales.quantity(product, 1250).unwrap(), micro("12.50"));
        assert_eq!(scales.price(-71_234).unwrap(), micro("-7.1234"));
        assert!(scales.quantity(product, i64::MAX).is_err());
    }

    #[test]
    fn a_round_starts_a_week_early_so_that_every_due_date_has_a_week() {
        let product = ProductId::fresh();
        let scales = scales(product, 4, 2);
        for (due_on, week) in [
            ("2026-10-01", 0),
            ("2026-11-18", 0),
            ("2026-11-21", 0),
            ("2026-11-22", 1),
            ("2026-12-06", 3),
            ("9999-12-31", i64::from(HORIZON_WEEKS)),
        ] {
            let lines = [line(product, day(due_on))];
            let scaled = scales.lines(&asked(&lines)).pop().unwrap();
            assert_eq!(scaled.due, week, "{due_on}");
        }
    }

    #[test]
    fn rounding_up_and_common_measures() {
        assert_eq!(
            [0, 1, 9, 10, 11].map(|value| up(value, 10)),
            [0, 1, 1, 1, 2]
        );
        assert_eq!(gcd(12_000_000, 1_000_000), 1_000_000);
        assert_eq!(gcd(500_000, 1_000_000), 500_000);
        assert_eq!(gcd(0, 0), 1);
    }
}
