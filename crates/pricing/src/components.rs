//! The ten components of a price, and the seven purposes of a premium.

use serde::{Deserialize, Serialize};

use crate::wire::{self, DecimalText};

/// How many components make a price.
pub const COMPONENT_COUNT: usize = 10;
/// How many purposes a premium serves.
pub const PURPOSE_COUNT: usize = 7;

/// The ten components of a price, in the order in which the market price pays them.
///
/// `T` is [`rust_decimal::Decimal`] for values per unit and [`money::Money`] for those of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(
        serialize = "T: DecimalText",
        deserialize = "T: From<rust_decimal::Decimal>"
    )
)]
pub struct Components<T> {
    /// Materials, and the batch's setup cost spread over it.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub materials: T,
    /// Rent, energy, maintenance.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub overhead: T,
    /// The cost of waiting for payment.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub finance: T,
    /// Work at the pay of today.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub labour: T,
    /// What is missing up to the living wage.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub wage_gap: T,
    /// The same pay for the shorter week that the assembly agreed.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub shorter_week: T,
    /// Paid assembly and education time.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub democracy: T,
    /// The reserve that keeps jobs in a bad year.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub job_reserve: T,
    /// What the price exceeds the floor by: the indivisible reserve.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub surplus: T,
    /// The community premium, held apart.
    #[serde(serialize_with = "wire::write", deserialize_with = "wire::read")]
    pub community: T,
}

impl<T> Components<T> {
    /// The components from their values in order.
    pub fn from_array(values: [T; COMPONENT_COUNT]) -> Self {
        let [
            materials,
            overhead,
            finance,
            labour,
            wage_gap,
            shorter_week,
            democracy,
            job_reserve,
            surplus,
            community,
        ] = values;
        Self {
            materials,
            overhead,
            finance,
            labour,
            wage_gap,
            shorter_week,
            democracy,
            job_reserve,
            surplus,
            community,
        }
    }

    /// The values in order.
    pub fn into_array(self) -> [T; COMPONENT_COUNT] {
        [
            self.materials,
            self.overhead,
            self.finance,
            self.labour,
            self.wage_gap,
            self.shorter_week,
            self.democracy,
            self.job_reserve,
            self.surplus,
            self.community,
        ]
    }

    /// The field names in order.
    pub const NAMES: [&'static str; COMPONENT_COUNT] = [
        "materials",
        "overhead",
        "finance",
        "labour",
        "wage_gap",
        "shorter_week",
        "democracy",
        "job_reserve",
        "surplus",
        "community",
    ];
}

/// What a premium protects. `T` is [`money::Money`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(bound(serialize = "T: DecimalText"))]
pub struct Purposes<T> {
    /// Components 1 to 3, where the market does not even pay those.
    #[serde(serialize_with = "wire::write")]
    pub materials_and_overhead: T,
    /// Labour and the wage gap.
    #[serde(serialize_with = "wire::write")]
    pub wages: T,
    /// The shorter week.
    #[serde(serialize_with = "wire::write")]
    pub hours: T,
    /// Assembly and education time.
    #[serde(serialize_with = "wire::write")]
    pub democracy: T,
    /// The job reserve.
    #[serde(serialize_with = "wire::write")]
    pub jobs: T,
    /// The indivisible reserve.
    #[serde(serialize_with = "wire::write")]
    pub reserve: T,
    /// The community premium.
    #[serde(serialize_with = "wire::write")]
    pub community: T,
}

impl<T> Purposes<T> {
    /// The purposes from their values in order.
    pub fn from_array(values: [T; PURPOSE_COUNT]) -> Self {
        let [
            materials_and_overhead,
            wages,
            hours,
            democracy,
            jobs,
            reserve,
            community,
        ] = values;
        Self {
            materials_and_overhead,
            wages,
            hours,
            democracy,
            jobs,
            reserve,
            community,
        }
    }

    /// The values in order.
    pub fn into_array(self) -> [T; PURPOSE_COUNT] {
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
