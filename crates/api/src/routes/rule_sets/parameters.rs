//! The rules of a price as they travel.
use crate::http::wire::DecimalText;
use crate::http::{Fields, Problem};
use money::parse_decimal;
use pricing::RuleSet;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rules of a price. What is absent has its default, and the answer names it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleSetParameters)]
pub struct Parameters {
    /// The name of this version of the rules, unique for ever; every price says which it used.
    #[schema(example = "2026.1", max_length = 60)]
    version: String,
    /// Market quotes that a price needs; 3 unless said otherwise.
    #[schema(example = 3, minimum = 1, maximum = 100)]
    min_quotes: Option<u32>,
    /// The age in days up to which quotes and exchange rates count; 90 unless said otherwise.
    #[schema(example = 90, maximum = 3650)]
    quote_max_age_days: Option<u32>,
    /// Pay above this multiple of the living wage is not costed; 2 unless said otherwise.
    #[schema(example = "2")]
    pay_cap_multiple: Option<DecimalText>,
    /// Share of all labour that is kept to save jobs, 0 to 1; 0.05 unless said otherwise.
    #[schema(example = "0.05")]
    job_reserve_rate: Option<DecimalText>,
    /// The community premium as a share of the market reference, above 0; 0.03 unless said otherwise.
    #[schema(example = "0.03")]
    community_rate: Option<DecimalText>,
    /// Interest per month, 0 to 1; 0 unless said otherwise.
    #[schema(example = "0")]
    monthly_finance_rate: Option<DecimalText>,
    /// Days until payment; 0 unless said otherwise.
    #[schema(example = "0")]
    payment_days: Option<DecimalText>,
    /// Share that the buyer pays in advance, 0 to 1; 0.5 unless said otherwise.
    #[schema(example = "0.5")]
    advance_rate: Option<DecimalText>,
    /// Decimal places of a unit price; the currency's minor digits and two unless said otherwise.
    #[schema(example = json!(null), maximum = 6)]
    unit_price_decimals: Option<u32>,
}

/// A market reference of more quotes than this is no market people could look at.
const MIN_QUOTES_MAX: u32 = 100;
/// Prices of ten years ago say nothing.
const QUOTE_MAX_AGE_DAYS_MAX: u32 = 3650;

impl Parameters {
    /// The rules; their ranges are checked where they are proposed.
    pub(super) fn read(&self) -> Result<RuleSet, Problem> {
        let mut fields = Fields::new();
        let version = fields.text("/parameters/version", &self.version, 60);
        let default = RuleSet::new(version.clone().unwrap_or_default());
        let min_quotes = self.min_quotes.unwrap_or(default.min_quotes);
        fields.require(
            min_quotes <= MIN_QUOTES_MAX,
            "/parameters/min_quotes",
            format!("At most {MIN_QUOTES_MAX} quotes can be asked for."),
        );
        let quote_max_age_days = self
            .quote_max_age_days
            .unwrap_or(default.quote_max_age_days);
        fields.require(
            quote_max_age_days <= QUOTE_MAX_AGE_DAYS_MAX,
            "/parameters/quote_max_age_days",
            format!("Quotes are at most {QUOTE_MAX_AGE_DAYS_MAX} days old."),
        );
        let mut decimal = |name: &str, text: &Option<DecimalText>, default: Decimal| match text {
            None => Some(default),
            Some(text) => fields.take(format!("/parameters/{name}"), parse_decimal(&text.0)),
        };
        let pay_cap_multiple = decimal(
            "pay_cap_multiple",
            &self.pay_cap_multiple,
            default.pay_cap_multiple,
        );
        let job_reserve_rate = decimal(
            "job_reserve_rate",
            &self.job_reserve_rate,
            default.job_reserve_rate,
        );
        let community_rate = decimal(
            "community_rate",
            &self.community_rate,
            default.community_rate,
        );
        let monthly_finance_rate = decimal(
            "monthly_finance_rate",
            &self.monthly_finance_rate,
            default.monthly_finance_rate,
        );
        let payment_days = decimal("payment_days", &self.payment_days, default.payment_days);
        let advance_rate = decimal("advance_rate", &self.advance_rate, default.advance_rate);
        fields.finish(|| {
            Some(RuleSet {
                version: version?,
                min_quotes,
                quote_max_age_days,
                pay_cap_multiple: pay_cap_multiple?,
                job_reserve_rate: job_reserve_rate?,
                community_rate: community_rate?,
                monthly_finance_rate: monthly_finance_rate?,
                payment_days: payment_days?,
                advance_rate: advance_rate?,
                unit_price_decimals: self.unit_price_decimals,
            })
        })
    }
}

impl From<RuleSet> for Parameters {
    fn from(rules: RuleSet) -> Self {
        let decimal = |value: Decimal| Some(DecimalText(value.to_string()));
        Self {
            version: rules.version,
            min_quotes: Some(rules.min_quotes),
            quote_max_age_days: Some(rules.quote_max_age_days),
            pay_cap_multiple: decimal(rules.pay_cap_multiple),
            job_reserve_rate: decimal(rules.job_reserve_rate),
            community_rate: decimal(rules.community_rate),
            monthly_finance_rate: decimal(rules.monthly_finance_rate),
            payment_days: decimal(rules.payment_days),
            advance_rate: decimal(rules.advance_rate),
            unit_price_decimals: rules.unit_price_decimals,
        }
    }
}
