//! What a price is, and how it came about.

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::components::{Components, Purposes};
use crate::price::request::ExchangeRate;
use crate::wire;

/// A price with its line, what it consists of, what it protects, and its trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceAnswer {
    /// Which of the three bounds decided.
    pub basis: Basis,
    /// The market reference M, money per unit, 10 decimals.
    #[serde(serialize_with = "wire::write")]
    pub market_reference: Decimal,
    /// The cost floor F, money per unit, 10 decimals.
    #[serde(serialize_with = "wire::write")]
    pub floor: Decimal,
    /// What a unit costs, community premium included.
    #[serde(serialize_with = "wire::write")]
    pub unit_price: Decimal,
    /// (unit price − M) / M, 6 decimals.
    #[serde(serialize_with = "wire::write")]
    pub premium_rate: Decimal,
    /// Unit price × quantity.
    #[serde(serialize_with = "wire::write")]
    pub line_amount: Money,
    /// M × quantity.
    #[serde(serialize_with = "wire::write")]
    pub market_amount: Money,
    /// `line_amount − market_amount`.
    #[serde(serialize_with = "wire::write")]
    pub premium_amount: Money,
    /// The line's ten components; they sum to `line_amount`.
    pub components: Components<Money>,
    /// What the premium protects; the purposes sum to `premium_amount`.
    pub premium_by_purpose: Purposes<Money>,
    /// Who decides on the community premium.
    pub community_destination: CommunityDestination,
    /// How the price came about.
    pub trace: Trace,
}

/// What the base of the price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The market pays at least the costs and the minimum.
    Market,
    /// The costs of dignified work are above the market.
    CostFloor,
    /// The network's minimum is above both.
    NetworkMinimum,
    /// Both sides agreed on more than any of the three.
    Agreed,
    /// A price review moved it, see [`crate::revised`].
    Reviewed,
}

/// Where the community premium goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunityDestination {
    /// A plan that the co-operative's assembly approves.
    CooperativePlan,
    /// The common fund for younger co-operatives, since pay here has reached the cap.
    CommonFund,
}

/// How a price came about: enough to calculate it again.
///
/// Figures of 10 decimals have fewer where 28 digits do not hold them all, past 10^18.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The version of the rules that were applied.
    pub rule_set_version: String,
    /// The quotes that the market reference is the median of, in the order given.
    pub quotes_used: Vec<QuoteUsed>,
    /// The quotes that did not count, and why.
    pub quotes_refused: Vec<QuoteRefused>,
    /// Who publishes the living wage.
    pub benchmark_source: Option<String>,
    /// The day of the living wage.
    pub benchmark_date: Option<NaiveDate>,
    /// Hours worked per unit h, 10 decimals.
    #[serde(serialize_with = "wire::write")]
    pub hours_per_unit: Decimal,
    /// What an hour costs, by pay and week.
    pub hourly_cost: HourlyCost,
    /// The ten components per unit, 10 decimals.
    pub components_per_unit: Components<Decimal>,
    /// The price before it is rounded to a unit price, 10 decimals.
    #[serde(serialize_with = "wire::write")]
    pub unrounded_price: Decimal,
}

/// The cost of an hour, r(pay, week), in money with 10 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HourlyCost {
    /// Pay of today, up to the cap, on the standard week.
    #[serde(serialize_with = "wire::write")]
    pub current_pay_standard_week: Decimal,
    /// Fair pay on the standard week.
    #[serde(serialize_with = "wire::write")]
    pub fair_pay_standard_week: Decimal,
    /// Fair pay on the week that the assembly agreed.
    #[serde(serialize_with = "wire::write")]
    pub fair_pay_agreed_week: Decimal,
}

/// A quote that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteUsed {
    /// Position in the request's `market_quotes`, from 0.
    pub position: usize,
    /// Who quoted.
    pub source: String,
    /// The price as quoted.
    #[serde(serialize_with = "wire::write")]
    pub unit_price: Decimal,
    /// The currency as quoted.
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// The day on which the price held.
    pub observed_on: NaiveDate,
    /// The rate that converted it; absent for a price in the contract's currency.
    pub exchange_rate: Option<ExchangeRate>,
    /// The price in the contract's currency, 10 decimals.
    #[serde(serialize_with = "wire::write")]
    pub converted_unit_price: Decimal,
}

/// A quote that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteRefused {
    /// Position in the request's `market_quotes`, from 0.
    pub position: usize,
    /// Who quoted.
    pub source: String,
    /// Why it does not count.
    pub reason: RefusalReason,
}

/// Why a quote does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// It asks for a larger order.
    MinQuantityAboveOrder,
    /// It was seen after the day of signature.
    ObservedAfterSignature,
    /// It is older than the rules allow.
    TooOld,
    /// Another quote of the same source fits the order better.
    SameSource,
}
