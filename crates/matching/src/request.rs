//! What a round of matching is given: needs (lines), factories, their offers and the round's rules.
//!
//! Quantities are integers in the smallest tradable unit, prices integers in the smallest priced
//! unit, periods are counted from 0. Nothing here is checked until [`crate::plan`] is called.

use crate::error::MatchingError;
use crate::object::{Object, object_or_default, objects};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One round of matching.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What the buyers need.
    #[serde(deserialize_with = "objects")]
    pub lines: Vec<Line>,
    /// The factories that look for work.
    #[serde(deserialize_with = "objects")]
    pub suppliers: Vec<Supplier>,
    /// What the factories offer.
    #[serde(deserialize_with = "objects")]
    pub offers: Vec<Offer>,
    /// The rules of the round.
    #[serde(default, deserialize_with = "object_or_default")]
    pub rules: Rules,
}

/// A buyer's need for one product in one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Unique among the lines.
    pub id: String,
    /// Who needs it.
    pub buyer: String,
    /// What is needed.
    pub product: String,
    /// How much, at least 1.
    pub quantity: i64,
    /// The weight of the need, at least 1.
    #[serde(default = "one", deserialize_with = "null_or_one")]
    pub priority: i64,
    /// Where it is needed.
    pub region: String,
    /// The last period in which it may arrive.
    pub due: i64,
    /// The most that one unit with its freight may cost.
    #[serde(default)]
    pub max_unit_price: Option<i64>,
    /// The most that all of it with its freight may cost.
    #[serde(default)]
    pub budget: Option<i64>,
    /// The most offers that may serve it.
    #[serde(default)]
    pub max_suppliers: Option<i64>,
}

impl Line {
    /// A line of priority 1 without limits; set the other fields afterwards.
    pub fn new(
        id: impl Into<String>,
        buyer: impl Into<String>,
        product: impl Into<String>,
        quantity: i64,
        region: impl Into<String>,
        due: i64,
    ) -> Self {
        Self {
            id: id.into(),
            buyer: buyer.into(),
            product: product.into(),
            quantity,
            priority: 1,
            region: region.into(),
            due,
            max_unit_price: None,
            budget: None,
            max_suppliers: None,
        }
    }
}

/// A factory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplier {
    /// Unique among the suppliers.
    pub id: String,
    /// Units of work it looks for in this round, at least 1.
    pub need: i64,
    /// Units of work it can do in the round at standard hours; none: as much as its offers hold.
    #[serde(default)]
    pub capacity: Option<i64>,
    /// Whether its network has verified it.
    #[serde(default = "yes", deserialize_with = "null_or_yes")]
    pub verified: bool,
}

impl Supplier {
    /// A verified factory without a limit over its offers.
    pub fn new(id: impl Into<String>, need: i64) -> Self {
        Self {
            id: id.into(),
            need,
            capacity: None,
            verified: true,
        }
    }
}

/// What a factory can make of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Unique among the offers.
    pub id: String,
    /// The factory's id.
    pub supplier: String,
    /// What it makes.
    pub product: String,
    /// Units it can make in each period; none past the end.
    pub capacity: Vec<i64>,
    /// The least total, over all lines, that it makes at all.
    #[serde(default, deserialize_with = "null_or_default")]
    pub minimum: i64,
    /// Every line is served in multiples of this, at least 1.
    #[serde(default = "one", deserialize_with = "null_or_one")]
    pub lot: i64,
    /// The first period in which it can make anything.
    #[serde(default, deserialize_with = "null_or_default")]
    pub lead: i64,
    /// The list price of a unit.
    pub unit_price: i64,
    /// Other prices of all units, from pooled totals on.
    #[serde(default, deserialize_with = "null_or_default")]
    pub breaks: Vec<Break>,
    /// Freight of a unit to each region it serves.
    #[serde(deserialize_with = "distinct_regions")]
    pub freight: BTreeMap<String, i64>,
    /// Periods on the way to a region, 0 where absent.
    #[serde(default, deserialize_with = "distinct_regions")]
    pub transit: BTreeMap<String, i64>,
    /// Units of work in one unit, at least 1.
    #[serde(default = "one", deserialize_with = "null_or_one")]
    pub work: i64,
}

impl Offer {
    /// An offer without minimum, lot, lead time or breaks that serves no region yet.
    pub fn new(
        id: impl Into<String>,
        supplier: impl Into<String>,
        product: impl Into<String>,
        capacity: Vec<i64>,
        unit_price: i64,
    ) -> Self {
        Self {
            id: id.into(),
            supplier: supplier.into(),
            product: product.into(),
            capacity,
            minimum: 0,
            lot: 1,
            lead: 0,
            unit_price,
            breaks: Vec::new(),
            freight: BTreeMap::new(),
            transit: BTreeMap::new(),
            work: 1,
        }
    }
}

/// From a pooled total of `quantity` on, every unit costs `unit_price`. In JSON a pair
/// `[quantity, unit_price]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct Break {
    /// The least pooled total.
    pub quantity: i64,
    /// The price of every unit from there on.
    pub unit_price: i64,
}

impl From<(i64, i64)> for Break {
    fn from((quantity, unit_price): (i64, i64)) -> Self {
        Self {
            quantity,
            unit_price,
        }
    }
}

impl From<Break> for (i64, i64) {
    fn from(step: Break) -> Self {
        (step.quantity, step.unit_price)
    }
}

/// The rules of a round, published with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Into how many tiers a factory's need is cut, 1 to [`Rules::MOST_TIERS`].
    #[serde(default = "ten", deserialize_with = "null_or_ten")]
    pub tiers: i64,
    /// Cost of a unit for each period that it waits between being made and being due.
    #[serde(default, deserialize_with = "null_or_default")]
    pub holding: i64,
    /// Seed of the public lottery.
    #[serde(default, deserialize_with = "null_or_default")]
    pub seed: i64,
}

impl Rules {
    /// The most tiers a round may have; finer ones would only lengthen the work.
    pub const MOST_TIERS: i64 = 1000;
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            tiers: ten(),
            holding: 0,
            seed: 0,
        }
    }
}

impl Request {
    /// Reads a request from JSON.
    ///
    /// # Errors
    /// [`crate::ErrorCode::InvalidInput`] with a pointer to the field that could not be read.
    pub fn from_json(text: &str) -> Result<Self, MatchingError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let Object(request) = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| MatchingError::malformed(&error))?;
        reader.end().map_err(|error| {
            MatchingError::new(crate::error::ErrorCode::InvalidInput, "", error.to_string())
        })?;
        Ok(request)
    }
}

const fn one() -> i64 {
    1
}
const fn ten() -> i64 {
    10
}
const fn yes() -> bool {
    true
}

fn null_or_default<'de, D, T>(reader: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(reader)?.unwrap_or_default())
}
fn null_or_one<'de, D: Deserializer<'de>>(reader: D) -> Result<i64, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_else(one))
}
fn null_or_ten<'de, D: Deserializer<'de>>(reader: D) -> Result<i64, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_else(ten))
}
fn null_or_yes<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_else(yes))
}

/// A map of regions in which none stands twice: a second freight must not silently win. `null` is
/// the empty map, a region whose value is `null` is absent.
fn distinct_regions<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<BTreeMap<String, i64>, D::Error> {
    struct Regions;
    impl<'de> Visitor<'de> for Regions {
        type Value = BTreeMap<String, i64>;
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object of regions and integers")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }
        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((region, value)) = entries.next_entry::<String, Option<i64>>()? {
                if let Some(value) = value
                    && map.insert(region.clone(), value).is_some()
                {
                    return Err(A::Error::custom(format!("region `{region}` stands twice")));
                }
            }
            Ok(map)
        }
    }
    reader.deserialize_any(Regions)
}
