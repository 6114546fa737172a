//! What a price is made from.

use chrono::NaiveDate;
use money::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::check::{not_negative, positive, positive_up_to, rate, unit_price_decimals};
use crate::wire;
use crate::{ErrorCode, PricingError};

/// Hours of the longest legal full-time week.
const MAX_STANDARD_WEEKLY_HOURS: Decimal = Decimal::from_parts(48, 0, 0, false, 0);

/// Everything that decides a price. All money is in `currency` unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// Currency of the contract.
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// Units ordered, above zero; those of the whole pool where buyers pool.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub quantity: Decimal,
    /// The day of signature; decides which quotes and rates hold.
    #[serde(deserialize_with = "wire::day")]
    pub as_of: NaiveDate,
    /// What the same good costs elsewhere.
    #[serde(default, deserialize_with = "wire::list")]
    pub market_quotes: Vec<MarketQuote>,
    /// Rates for the quotes in other currencies.
    #[serde(default, deserialize_with = "wire::list")]
    pub exchange_rates: Vec<ExchangeRate>,
    /// What the good takes to make.
    pub cost_sheet: CostSheet,
    /// Pay and hours of those who make it.
    pub workplace: Workplace,
    /// What a decent living costs.
    pub benchmark: Benchmark,
    /// A minimum price set by the co-operative's network, zero or above.
    #[serde(default, with = "wire::optional")]
    pub network_minimum: Option<Decimal>,
    /// What a listing or quotation asks, before the community premium; above zero.
    #[serde(default, with = "wire::optional")]
    pub offered_unit_price: Option<Decimal>,
    /// What both sides agreed on in a quotation or a framework agreement, before the community premium:
    /// above zero, and not under what the price would be without it.
    #[serde(
        default,
        with = "wire::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub agreed_unit_price: Option<Decimal>,
    /// The rules that both sides approved.
    pub rule_set: RuleSet,
}

/// A price seen on the market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketQuote {
    /// Who quoted; each source counts once.
    pub source: String,
    /// Price of a unit, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub unit_price: Decimal,
    /// Currency of the price; absent means the contract's.
    #[serde(default, with = "wire::optional_currency")]
    pub currency: Option<Currency>,
    /// The day on which the price held.
    #[serde(deserialize_with = "wire::day")]
    pub observed_on: NaiveDate,
    /// The smallest order, in units, at that price; zero or above.
    #[serde(
        default,
        serialize_with = "wire::write",
        deserialize_with = "wire::or_zero"
    )]
    pub min_quantity: Decimal,
}

/// 1 `from` = `rate` `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRate {
    /// The currency that is sold.
    #[serde(with = "wire::currency")]
    pub from: Currency,
    /// The currency that is bought.
    #[serde(with = "wire::currency")]
    pub to: Currency,
    /// Units of `to` for one of `from`, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub rate: Decimal,
    /// The day of the rate.
    #[serde(deserialize_with = "wire::day")]
    pub on: NaiveDate,
    /// Who publishes it.
    pub source: String,
}

/// What one unit, and one batch, take to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostSheet {
    /// Money per unit, zero or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub materials_per_unit: Decimal,
    /// Rent, energy and maintenance: money per unit, zero or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub overhead_per_unit: Decimal,
    /// Money per batch, zero or above.
    #[serde(
        default,
        serialize_with = "wire::write",
        deserialize_with = "wire::or_zero"
    )]
    pub setup_cost: Decimal,
    /// Standard allowed minutes per unit, zero or above.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub standard_minutes_per_unit: Decimal,
    /// Minutes per batch, zero or above.
    #[serde(
        default,
        serialize_with = "wire::write",
        deserialize_with = "wire::or_zero"
    )]
    pub setup_minutes: Decimal,
    /// Standard minutes made per minute worked, above 0 and up to 1.
    #[serde(
        default = "wire::one",
        serialize_with = "wire::write",
        deserialize_with = "wire::or_one"
    )]
    pub line_efficiency: Decimal,
}

/// Pay and hours in the co-operative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workplace {
    /// Pay per member and month for standard hours, above zero; overtime excluded, bonus included.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub monthly_pay: Decimal,
    /// Social contributions on pay, zero or above.
    #[serde(
        default,
        serialize_with = "wire::write",
        deserialize_with = "wire::or_zero"
    )]
    pub on_cost_rate: Decimal,
    /// The paid week that the assembly agreed, in hours: above zero, up to the standard week.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub weekly_hours: Decimal,
    /// Paid hours of assembly and education per member and month, zero or above.
    #[serde(
        default,
        serialize_with = "wire::write",
        deserialize_with = "wire::or_zero"
    )]
    pub assembly_hours_per_month: Decimal,
}

/// A published living wage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Money per month for a standard week, above zero.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub living_wage_monthly: Decimal,
    /// The legal full-time week in hours, above 0 and up to 48.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub standard_weekly_hours: Decimal,
    /// Who publishes the living wage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day of the figure.
    #[serde(
        default,
        deserialize_with = "wire::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub date: Option<NaiveDate>,
}

/// The rules of a price, versioned and approved by both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RuleSetJson")]
pub struct RuleSet {
    /// Which version of the rules this is.
    pub version: String,
    /// Quotes that a market reference needs, 1 or more.
    pub min_quotes: u32,
    /// The age in days up to which quotes and exchange rates count.
    pub quote_max_age_days: u32,
    /// Pay above this multiple of the living wage is not costed; above zero.
    #[serde(serialize_with = "wire::write")]
    pub pay_cap_multiple: Decimal,
    /// Share of all labour that is kept to save jobs, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub job_reserve_rate: Decimal,
    /// The community premium as a share of the market reference, above zero.
    #[serde(serialize_with = "wire::write")]
    pub community_rate: Decimal,
    /// Interest per month, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub monthly_finance_rate: Decimal,
    /// Days until payment, zero or above.
    #[serde(serialize_with = "wire::write")]
    pub payment_days: Decimal,
    /// Share that the buyer pays in advance, 0 to 1.
    #[serde(serialize_with = "wire::write")]
    pub advance_rate: Decimal,
    /// Decimal places of a unit price, 0 to 6; absent means the currency's minor digits and two.
    pub unit_price_decimals: Option<u32>,
}

impl RuleSet {
    /// The rules with every default: three quotes of at most 90 days, pay up to twice the living
    /// wage, 5 % for jobs, 3 % for the community, no interest, half in advance.
    pub fn new(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            min_quotes: 3,
            quote_max_age_days: 90,
            pay_cap_multiple: Decimal::TWO,
            job_reserve_rate: Decimal::new(5, 2),
            community_rate: Decimal::new(3, 2),
            monthly_finance_rate: Decimal::ZERO,
            payment_days: Decimal::ZERO,
            advance_rate: Decimal::new(5, 1),
            unit_price_decimals: None,
        }
    }
}

/// A rule set as it travels: what is absent has its default.
#[derive(Deserialize)]
#[serde(rename = "RuleSet", deny_unknown_fields)]
struct RuleSetJson {
    version: String,
    min_quotes: Option<u32>,
    quote_max_age_days: Option<u32>,
    #[serde(default, with = "wire::optional")]
    pay_cap_multiple: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    job_reserve_rate: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    community_rate: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    monthly_finance_rate: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    payment_days: Option<Decimal>,
    #[serde(default, with = "wire::optional")]
    advance_rate: Option<Decimal>,
    unit_price_decimals: Option<u32>,
}

impl From<RuleSetJson> for RuleSet {
    fn from(json: RuleSetJson) -> Self {
        let default = Self::new(json.version);
        Self {
            version: default.version,
            min_quotes: json.min_quotes.unwrap_or(default.min_quotes),
            quote_max_age_days: json
                .quote_max_age_days
                .unwrap_or(default.quote_max_age_days),
            pay_cap_multiple: json.pay_cap_multiple.unwrap_or(default.pay_cap_multiple),
            job_reserve_rate: json.job_reserve_rate.unwrap_or(default.job_reserve_rate),
            community_rate: json.community_rate.unwrap_or(default.community_rate),
            monthly_finance_rate: json
                .monthly_finance_rate
                .unwrap_or(default.monthly_finance_rate),
            payment_days: json.payment_days.unwrap_or(default.payment_days),
            advance_rate: json.advance_rate.unwrap_or(default.advance_rate),
            unit_price_decimals: json.unit_price_decimals,
        }
    }
}

impl PriceRequest {
    /// Checks every range, in the order in which the fields are described.
    pub(crate) fn check(&self) -> Result<(), PricingError> {
        positive(self.quantity, "/quantity")?;
        for (position, quote) in self.market_quotes.iter().enumerate() {
            let field = |name| ("/market_quotes", position, name);
            positive(quote.unit_price, field("/unit_price"))?;
            not_negative(quote.min_quantity, field("/min_quantity"))?;
        }
        for (position, exchange) in self.exchange_rates.iter().enumerate() {
            positive(exchange.rate, ("/exchange_rates", position, "/rate"))?;
        }
        self.cost_sheet.check()?;
        self.workplace.check()?;
        self.benchmark.check()?;
        if self.workplace.weekly_hours > self.benchmark.standard_weekly_hours {
            return Err(PricingError::invalid(
                "/workplace/weekly_hours",
                "the agreed week must not be longer than the standard week",
            ));
        }
        if let Some(minimum) = self.network_minimum {
            not_negative(minimum, "/network_minimum")?;
        }
        if let Some(offered) = self.offered_unit_price {
            positive(offered, "/offered_unit_price")?;
        }
        if let Some(agreed) = self.agreed_unit_price {
            positive(agreed, "/agreed_unit_price")?;
        }
        self.rule_set.check()
    }

    /// Decimal places of the unit price.
    pub(crate) fn unit_price_decimals(&self) -> u32 {
        let default = self.currency.minor_digits() + 2;
        self.rule_set.unit_price_decimals.unwrap_or(default)
    }

    /// No hours are left to produce in: the refusal that the costs make.
    pub(crate) fn no_productive_hours() -> PricingError {
        PricingError::new(
            ErrorCode::NoProductiveHours,
            "/workplace/assembly_hours_per_month",
            "assembly and education take up all the hours of the month",
        )
    }
}

impl CostSheet {
    fn check(&self) -> Result<(), PricingError> {
        not_negative(self.materials_per_unit, "/cost_sheet/materials_per_unit")?;
        not_negative(self.overhead_per_unit, "/cost_sheet/overhead_per_unit")?;
        not_negative(self.setup_cost, "/cost_sheet/setup_cost")?;
        not_negative(
            self.standard_minutes_per_unit,
            "/cost_sheet/standard_minutes_per_unit",
        )?;
        not_negative(self.setup_minutes, "/cost_sheet/setup_minutes")?;
        positive_up_to(
            self.line_efficiency,
            Decimal::ONE,
            "/cost_sheet/line_efficiency",
            "must not be above 1",
        )
    }
}

impl Workplace {
    fn check(&self) -> Result<(), PricingError> {
        positive(self.monthly_pay, "/workplace/monthly_pay")?;
        not_negative(self.on_cost_rate, "/workplace/on_cost_rate")?;
        positive(self.weekly_hours, "/workplace/weekly_hours")?;
        not_negative(
            self.assembly_hours_per_month,
            "/workplace/assembly_hours_per_month",
        )
    }
}

impl Benchmark {
    fn check(&self) -> Result<(), PricingError> {
        positive(self.living_wage_monthly, "/benchmark/living_wage_monthly")?;
        positive_up_to(
            self.standard_weekly_hours,
            MAX_STANDARD_WEEKLY_HOURS,
            "/benchmark/standard_weekly_hours",
            "must not be above 48",
        )
    }
}

impl RuleSet {
    /// Checks every range, in the order of the fields.
    ///
    /// # Errors
    ///
    /// `invalid_input` or `amount_out_of_range` for the first field outside its range, as a pointer
    /// into a [`PriceRequest`] (`/rule_set/…`).
    pub fn check(&self) -> Result<(), PricingError> {
        if self.min_quotes == 0 {
            let message = "at least one quote must be asked for";
            return Err(PricingError::invalid("/rule_set/min_quotes", message));
        }
        positive(self.pay_cap_multiple, "/rule_set/pay_cap_multiple")?;
        rate(self.job_reserve_rate, "/rule_set/job_reserve_rate")?;
        positive(self.community_rate, "/rule_set/community_rate")?;
        rate(self.monthly_finance_rate, "/rule_set/monthly_finance_rate")?;
        not_negative(self.payment_days, "/rule_set/payment_days")?;
        rate(self.advance_rate, "/rule_set/advance_rate")?;
        unit_price_decimals(self.unit_price_decimals, "/rule_set/unit_price_decimals")
    }
}
