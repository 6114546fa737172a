//! The shapes of matching's request and plan, for the OpenAPI document only: `matching` itself reads
//! the one and writes the other.
#![expect(dead_code, reason = "described, never built")]
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A round of matching. Quantities are integers in the smallest tradable unit, prices integers in the
/// smallest priced unit, periods count from 0.
#[derive(ToSchema)]
#[schema(example = json!({
    "lines": [{"id": "L1", "buyer": "B1", "product": "shirt", "quantity": 100, "region": "AR-B", "due": 4}],
    "suppliers": [{"id": "S1", "need": 200}],
    "offers": [{"id": "O1", "supplier": "S1", "product": "shirt", "capacity": [50, 50, 50],
        "unit_price": 147_000, "freight": {"AR-B": 1200}}],
    "rules": {"tiers": 10, "seed": 7}
}))]
pub struct MatchRequest {
    lines: Vec<MatchLine>,
    suppliers: Vec<MatchSupplier>,
    offers: Vec<MatchOffer>,
    rules: Option<MatchRules>,
}

/// A buyer's need.
#[derive(ToSchema)]
pub struct MatchLine {
    id: String,
    buyer: String,
    product: String,
    #[schema(minimum = 1)]
    quantity: i64,
    /// The weight of the need; 1 where absent.
    #[schema(minimum = 1)]
    priority: Option<i64>,
    region: String,
    /// The last period in which it may arrive.
    #[schema(minimum = 0)]
    due: i64,
    /// The most that a unit with its freight may cost.
    #[schema(minimum = 0)]
    max_unit_price: Option<i64>,
    /// The most that all of it with its freight may cost.
    #[schema(minimum = 0)]
    budget: Option<i64>,
    /// The most offers that may serve it.
    #[schema(minimum = 0)]
    max_suppliers: Option<i64>,
}

/// A factory.
#[derive(ToSchema)]
pub struct MatchSupplier {
    id: String,
    /// Units of work that it looks for.
    #[schema(minimum = 1)]
    need: i64,
    /// Units of work that it can do at standard hours.
    #[schema(minimum = 0)]
    capacity: Option<i64>,
    /// true where absent.
    verified: Option<bool>,
}

/// What a factory can make of a product.
#[derive(ToSchema)]
pub struct MatchOffer {
    id: String,
    supplier: String,
    product: String,
    /// Units by period; none past the end.
    capacity: Vec<i64>,
    /// The least total that it makes at all; 0 where absent.
    #[schema(minimum = 0)]
    minimum: Option<i64>,
    /// Every line gets a multiple of it; 1 where absent.
    #[schema(minimum = 1)]
    lot: Option<i64>,
    /// The first period in which it can make anything; 0 where absent.
    #[schema(minimum = 0)]
    lead: Option<i64>,
    #[schema(minimum = 0)]
    unit_price: i64,
    /// Pairs of a total and the price of all units from it on.
    breaks: Option<Vec<Vec<i64>>>,
    /// By region, per unit; a region without one is not served.
    freight: BTreeMap<String, i64>,
    /// By region, periods on the way; 0 where absent.
    transit: Option<BTreeMap<String, i64>>,
    /// Units of work in one unit; 1 where absent.
    #[schema(minimum = 1)]
    work: Option<i64>,
}

/// The rules of a round.
#[derive(ToSchema)]
pub struct MatchRules {
    /// Into how many tiers a factory's need is cut; 10 where absent.
    #[schema(minimum = 1, maximum = 1000)]
    tiers: Option<i64>,
    /// Cost of a unit for each period that it waits; 0 where absent.
    #[schema(minimum = 0)]
    holding: Option<i64>,
    /// Seed of the public lottery; 0 where absent.
    #[schema(minimum = 0)]
    seed: Option<i64>,
}

/// Who makes what for whom, with its proof.
#[derive(ToSchema)]
pub struct MatchPlan {
    objective: MatchObjective,
    /// optimal or bounded.
    #[schema(example = "optimal")]
    status: String,
    /// For a bounded plan: no plan is below it.
    bound: Option<MatchObjective>,
    /// `line`, `offer`, `quantity`, `unit_price`, `freight`, `amount`, by line and offer.
    allocations: Vec<Value>,
    /// `line`, `quantity`, `codes`.
    unmet: Vec<Value>,
    /// `offer`, `quantity`, `unit_price`, `closed`.
    offers: Vec<Value>,
    /// `supplier`, `load`, `need`, `capacity`, `tier`.
    suppliers: Vec<Value>,
    /// `line`, `offer`, `code`: the pairs of one product that may not trade.
    rejected: Vec<Value>,
    /// `line`, `offer`, `code`, `load`, `need`, `cost_difference`, `text`.
    why: Vec<Value>,
}

/// What a plan reaches: less is better, the first level decides first.
#[derive(ToSchema)]
pub struct MatchObjective {
    unmet_weighted: i64,
    fairness: i64,
    landed_cost: i64,
}
