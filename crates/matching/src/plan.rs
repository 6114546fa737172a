//! What a round of matching answers.

use serde::{Deserialize, Serialize};

/// Who makes what for whom, with its proof. The same request gives the same plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What the plan reaches; less is better, the first level decides first.
    pub objective: Objective,
    /// Whether that is proven to be the best possible.
    pub status: Status,
    /// For a bounded plan: no plan is lexicographically below this. Absent when optimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Objective>,
    /// Sorted by line, then offer.
    pub allocations: Vec<Allocation>,
    /// The lines that do not get all they need, by id.
    pub unmet: Vec<Unmet>,
    /// Every offer, by id.
    pub offers: Vec<OfferTotal>,
    /// Every supplier, by id.
    pub suppliers: Vec<SupplierLoad>,
    /// The pairs of one product that may not trade, by line, then offer.
    pub rejected: Vec<Rejection>,
    /// The reason of each allocation and of each eligible pair left unused, by line, then offer.
    pub why: Vec<Why>,
}

/// The three reported levels of the objective, compared in this order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Unmet quantity times priority, summed.
    pub unmet_weighted: i64,
    /// The tier of each unit of work, summed.
    pub fairness: i64,
    /// Price, freight and holding, summed.
    pub landed_cost: i64,
}

/// How far a plan is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No plan has a better objective.
    Optimal,
    /// A better one may exist, none below the plan's `bound`.
    Bounded,
}

/// What one offer makes for one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// The line's id.
    pub line: String,
    /// The offer's id.
    pub offer: String,
    /// Units, a multiple of the offer's lot.
    pub quantity: i64,
    /// The offer's price at its pooled total.
    pub unit_price: i64,
    /// Freight of a unit to the line's region.
    pub freight: i64,
    /// `quantity × (unit_price + freight)`.
    pub amount: i64,
}

/// What a line does not get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmet {
    /// The line's id.
    pub line: String,
    /// Units, at least 1.
    pub quantity: i64,
    /// The codes of the line's pairs, most frequent first.
    pub codes: Vec<Code>,
}

/// What an offer makes in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferTotal {
    /// The offer's id.
    pub offer: String,
    /// Units over all lines.
    pub quantity: i64,
    /// The price at that total; the list price where it is 0.
    pub unit_price: i64,
    /// [`Code::MinimumNotReached`] where a minimum keeps an offer that some line may use at 0.
    pub closed: Option<Code>,
}

/// What a factory makes in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplierLoad {
    /// The factory's id.
    pub supplier: String,
    /// Units of work over all its offers.
    pub load: i64,
    /// Units of work it looks for.
    pub need: i64,
    /// Units of work it can do, where it says so.
    pub capacity: Option<i64>,
    /// The tier of its last unit, none at load 0.
    pub tier: Option<i64>,
}

/// A pair of one product that may not trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// The line's id.
    pub line: String,
    /// The offer's id.
    pub offer: String,
    /// The first rule that failed.
    pub code: Code,
}

/// Why a line gets from an offer what it gets, and no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The line's id.
    pub line: String,
    /// The offer's id.
    pub offer: String,
    /// What keeps the line from getting more from this offer.
    pub code: Code,
    /// The factory's load in the plan.
    pub load: i64,
    /// The factory's need.
    pub need: i64,
    /// A unit's price and freight here, less the same at the alternative: for an allocation, the
    /// offer to which moving a lot would cost least; for an unused pair, the offer of this line from
    /// which moving one here would cost least. None where there is no alternative.
    pub cost_difference: Option<i64>,
    /// The same for people.
    pub text: String,
}

/// Reasons, of pairs that may not trade and of pairs that do not trade (more).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The factory's network has not verified it.
    SupplierNotVerified,
    /// The offer has no freight for the line's region.
    RegionNotServed,
    /// Price and freight are over the line's `max_unit_price`: at the best price where the pair is
    /// rejected, at the price its pooled total reaches where it is left unused.
    PriceAboveMaximum,
    /// Nothing can be made and brought in time.
    TooLate,
    /// The offer's pooled minimum is not reached, so it makes nothing.
    MinimumNotReached,
    /// The offer or the factory can make no more in time.
    Capacity,
    /// The line is served by as many offers as it allows.
    MaxSuppliers,
    /// The line's budget does not pay another lot.
    Budget,
    /// The line lacks less than a lot.
    Lot,
    /// The factory would be fuller, measured by its need, than those that serve the line.
    FullerThanOthers,
    /// The factories are as full, and this one is dearer.
    DearerAtEqualNeed,
    /// As full and as dear: the public lottery, then the ids, decided.
    Lottery,
    /// Unit by unit, moving work here looks better, but no move that keeps every rule was found: only
    /// where lots, minimums, breaks or limits leave gaps.
    SearchEnded,
    /// The line gets all it needs from this offer.
    NeedMet,
}

impl Code {
    /// The code as it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SupplierNotVerified => "supplier_not_verified",
            Self::RegionNotServed => "region_not_served",
            Self::PriceAboveMaximum => "price_above_maximum",
            Self::TooLate => "too_late",
            Self::MinimumNotReached => "minimum_not_reached",
            Self::Capacity => "capacity",
            Self::MaxSuppliers => "max_suppliers",
            Self::Budget => "budget",
            Self::Lot => "lot",
            Self::FullerThanOthers => "fuller_than_others",
            Self::DearerAtEqualNeed => "dearer_at_equal_need",
            Self::Lottery => "lottery",
            Self::SearchEnded => "search_ended",
            Self::NeedMet => "need_met",
        }
    }
}
