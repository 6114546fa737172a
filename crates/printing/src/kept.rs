//! What is printed of a kept price, read from the JSON that it is kept as.
use chrono::NaiveDate;
use money::parse_decimal;
use pricing::{Components, PURPOSE_COUNT};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

/// A decimal in a string.
#[derive(Clone, Copy)]
pub(crate) struct Figure(pub(crate) Decimal);

impl From<Decimal> for Figure {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_decimal(&text)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    pub(crate) quantity: Figure,
}

/// What is printed of an answer.
#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) basis: Basis,
    pub(crate) market_reference: Figure,
    pub(crate) floor: Figure,
    pub(crate) unit_price: Figure,
    pub(crate) premium_rate: Figure,
    pub(crate) line_amount: Figure,
    pub(crate) premium_amount: Figure,
    pub(crate) components: Components<Decimal>,
    pub(crate) premium_by_purpose: ByPurpose,
    pub(crate) community_destination: Destination,
    pub(crate) trace: Trace,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    Market,
    CostFloor,
    NetworkMinimum,
    Agreed,
    Reviewed,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Destination {
    CooperativePlan,
    CommonFund,
}

#[derive(Deserialize)]
pub(crate) struct ByPurpose {
    pub(crate) materials_and_overhead: Figure,
    pub(crate) wages: Figure,
    pub(crate) hours: Figure,
    pub(crate) democracy: Figure,
    pub(crate) jobs: Figure,
    pub(crate) reserve: Figure,
    pub(crate) community: Figure,
}

impl ByPurpose {
    pub(crate) fn into_array(self) -> [Figure; PURPOSE_COUNT] {
        [
            self.materials_and_overhead,
            self.wages,
            self.hours,
            self.democracy,
            self.jobs,
            self.reserve,
            self.community,
        ]
    }
}

#[derive(Deserialize)]
pub(crate) struct Trace {
    pub(crate) rule_set_version: String,
    pub(crate) quotes_used: Vec<Used>,
    pub(crate) quotes_refused: Vec<Refused>,
    pub(crate) benchmark_source: Option<String>,
    pub(crate) benchmark_date: Option<NaiveDate>,
    pub(crate) components_per_unit: Components<Decimal>,
}

#[derive(Deserialize)]
pub(crate) struct Used {
    pub(crate) source: String,
    pub(crate) unit_price: Figure,
    pub(crate) currency: String,
    pub(crate) observed_on: NaiveDate,
    pub(crate) converted_unit_price: Figure,
}

#[derive(Deserialize)]
pub(crate) struct Refused {
    pub(crate) source: String,
    pub(crate) reason: Refusal,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Refusal {
    MinQuantityAboveOrder,
    ObservedAfterSignature,
    TooOld,
    SameSource,
}
