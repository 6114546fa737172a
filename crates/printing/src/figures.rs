//! Exact figures as a reader of a language writes them.
use crate::language::Language;
use money::{Micro, Money};
use rust_decimal::{Decimal, RoundingStrategy};

/// An amount without its currency: 1.774,44.
pub(crate) fn amount(language: Language, amount: Money) -> String {
    decimal(language, amount.to_decimal())
}

/// An amount with its currency in front: ARS 1.774,44.
pub(crate) fn with_currency(language: Language, of: Money) -> String {
    format!("{} {}", of.currency().code(), amount(language, of))
}

/// A decimal with the places that it has.
pub(crate) fn decimal(language: Language, value: Decimal) -> String {
    let (thousands, point) = language.separators();
    money::grouped(&value.to_string(), thousands, point)
}

/// A quantity, without zeros at its end: 480, 12,5.
pub(crate) fn quantity(language: Language, value: Micro) -> String {
    decimal(language, value.to_decimal().normalize())
}

/// A price of a unit, with two decimal places at least: 4,90 and 4,9375.
pub(crate) fn unit_price(language: Language, value: Decimal) -> String {
    let mut value = value.normalize();
    if value.scale() < 2 {
        value.rescale(2);
    }
    decimal(language, value)
}

/// A value of a unit as it is read, to four decimal places: those of most unit prices.
pub(crate) fn rounded(language: Language, value: Decimal) -> String {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    unit_price(language, value.round_dp_with_strategy(4, strategy))
}

/// A fraction of one in per cent: 0.105 is 10,5 %.
pub(crate) fn percent(language: Language, rate: Decimal) -> String {
    let hundredfold = rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(rate);
    format!("{} %", decimal(language, hundredfold.normalize()))
}
