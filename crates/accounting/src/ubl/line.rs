//! Lines: what is billed or ordered, at which price.
use super::checks;
use super::codes::{UnitCode, Vat};
use super::violation::{Violation, require};
use money::{Currency, Micro, Money, MoneyError, amount_of, rate_of, round_half_away};

/// A price without tax: so much for so many units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The price of `per` units, in millionths of the currency's unit; not below zero.
    pub amount: Micro,
    /// For how many units; above zero.
    pub per: Micro,
}

impl Price {
    /// The price of one unit.
    pub const fn of_one(amount: Micro) -> Self {
        Self {
            amount,
            per: Micro::ONE,
        }
    }

    /// The price at which `quantity` units come to `amount` exactly: the unit price where that does, otherwise
    /// the amount for the whole quantity, because a stage of a line is a difference of rounded values.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] past 64 bits of millionths.
    pub fn exact(quantity: Micro, unit_price: Micro, amount: Money) -> Result<Self, MoneyError> {
        if amount_of(quantity, unit_price, amount.currency()) == Ok(amount) {
            return Ok(Self::of_one(unit_price));
        }
        Ok(Self {
            amount: Micro::from_decimal(amount.to_decimal())?,
            per: quantity,
        })
    }

    /// What `quantity` units come to, rounded once, half away from zero.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] past 64 bits, or a price for no units.
    pub fn of(self, quantity: Micro, currency: Currency) -> Result<Money, MoneyError> {
        // Millionths times millionths over millionths are millionths: what a minor unit lacks of a millionth
        // goes into the denominator. Two 64-bit factors cannot leave 128 bits.
        let product = i128::from(quantity.get()) * i128::from(self.amount.get());
        6_u32
            .checked_sub(currency.minor_digits())
            .and_then(|places| 10_i128.checked_pow(places))
            .and_then(|scale| scale.checked_mul(i128::from(self.per.get())))
            .and_then(|denominator| round_half_away(product, denominator))
            .and_then(|minor| i64::try_from(minor).ok())
            .map(|minor| Money::new(minor, currency))
            .ok_or(MoneyError::OutOfRange)
    }
}

/// Whether an adjustment is added or taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentKind {
    /// Added: a premium.
    Charge,
    /// Taken off: a discount.
    Allowance,
}

/// Of which amount an adjustment is which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// The amount.
    pub amount: Money,
    /// The part of it, as a fraction of one: 0.137 for 13.7 %.
    pub rate: Micro,
}

/// Something added to or taken off a line, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAdjustment {
    /// Added or taken off.
    pub kind: AdjustmentKind,
    /// Why: "Premium: wages".
    pub reason: String,
    /// How much; not below zero.
    pub amount: Money,
    /// Of what, where it is an exact part of it.
    pub base: Option<Base>,
}

impl LineAdjustment {
    /// A premium on top of `market`, the goods at the market price. The percentage is stated where `amount` is
    /// exactly that part of it; otherwise there is none, because readers compute it again.
    pub fn premium(reason: impl Into<String>, market: Money, amount: Money) -> Self {
        let rate = round_half_away(
            i128::from(amount.minor()) * 1_000_000,
            i128::from(market.minor()),
        );
        let base = rate
            .and_then(|rate| i64::try_from(rate).ok())
            .map(|rate| Base {
                amount: market,
                rate: Micro::new(rate),
            })
            .filter(|base| rate_of(base.amount, base.rate) == Ok(amount));
        Self {
            kind: AdjustmentKind::Charge,
            reason: reason.into(),
            amount,
            base,
        }
    }

    fn check(&self, field: &str, currency: Currency) -> Result<(), Violation> {
        checks::text("BR-42", &format!("{field}.reason"), &self.reason)?;
        require(
            self.amount.currency() == currency && self.amount.minor() >= 0,
            "BR-41",
            format!("{field}.amount"),
            "An adjustment is in the document's currency and not below zero.",
        )?;
        let Some(base) = self.base else {
            return Ok(());
        };
        require(
            base.amount.currency() == currency
                && rate_of(base.amount, base.rate) == Ok(self.amount),
            "PEPPOL-EN16931-R040",
            format!("{field}.base"),
            "The amount is the base times the rate.",
        )
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Distinct among the lines of the document.
    pub id: String,
    /// What it is.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// The seller's number of the article.
    pub seller_item: Option<String>,
    /// How much; above zero in what is issued here.
    pub quantity: Micro,
    /// Of what.
    pub unit: UnitCode,
    /// The price of a unit without tax.
    pub price: Price,
    /// What is added to and taken off price times quantity.
    pub adjustments: Vec<LineAdjustment>,
    /// The tax on it.
    pub vat: Vat,
    /// The line of the order.
    pub order_line: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

impl Line {
    /// Price times quantity, with what is added and taken off.
    ///
    /// # Errors
    /// [`MoneyError`] past 64 bits, or where an adjustment is in another currency.
    pub fn net(&self, currency: Currency) -> Result<Money, MoneyError> {
        let mut net = self.price.of(self.quantity, currency)?;
        for adjustment in &self.adjustments {
            net = match adjustment.kind {
                AdjustmentKind::Charge => net.checked_add(adjustment.amount)?,
                AdjustmentKind::Allowance => net.checked_sub(adjustment.amount)?,
            };
        }
        Ok(net)
    }

    pub(super) fn check(&self, field: &str, currency: Currency) -> Result<(), Violation> {
        checks::text("BR-21", &format!("{field}.id"), &self.id)?;
        checks::text("BR-25", &format!("{field}.name"), &self.name)?;
        let optional = [
            ("BT-154", "description", &self.description),
            ("BT-155", "seller_item", &self.seller_item),
            ("BT-132", "order_line", &self.order_line),
            ("BT-127", "note", &self.note),
        ];
        for (rule, name, value) in optional {
            checks::optional(rule, &format!("{field}.{name}"), value.as_ref())?;
        }
        require(
            self.quantity > Micro::ZERO,
            "BR-22",
            format!("{field}.quantity"),
            "A line is for more than nothing.",
        )?;
        require(
            self.price.amount >= Micro::ZERO,
            "BR-27",
            format!("{field}.price.amount"),
            "A price is not below zero.",
        )?;
        require(
            self.price.per > Micro::ZERO,
            "PEPPOL-EN16931-R121",
            format!("{field}.price.per"),
            "A price is for more than no units.",
        )?;
        for (at, adjustment) in self.adjustments.iter().enumerate() {
            adjustment.check(&format!("{field}.adjustments[{at}]"), currency)?;
        }
        self.vat.check(&format!("{field}.vat"))
    }
}
