//! Pricing's answers as they are documented. What `pricing` prints is what these say, to the letter: a
//! test reads its JSON back through them.
use crate::http::wire::DecimalText;
use chrono::NaiveDate;
use pricing::{Basis, CommunityDestination, Components, PriceAnswer, Purposes, RefusalReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A price with its line, what it consists of, what it protects, and its trace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceAnswerView {
    basis: BasisView,
    /// What the market pays for a unit.
    #[schema(example = "14850.0000000000")]
    market_reference: DecimalText,
    /// What dignified work costs per unit.
    #[schema(example = "13470.0000000000")]
    floor: DecimalText,
    /// What a unit costs, community premium included.
    #[schema(example = "15295.5000")]
    unit_price: DecimalText,
    /// The premium as a fraction of the market reference.
    #[schema(example = "0.030000")]
    premium_rate: DecimalText,
    /// Unit price times quantity.
    #[schema(example = "15295.50")]
    line_amount: DecimalText,
    /// Market reference times quantity.
    #[schema(example = "14850.00")]
    market_amount: DecimalText,
    /// `line_amount` less `market_amount`.
    #[schema(example = "445.50")]
    premium_amount: DecimalText,
    components: ComponentsView,
    premium_by_purpose: PurposesView,
    community_destination: CommunityDestinationView,
    trace: TraceView,
}

/// Which bound is the base of the price.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasisView {
    /// The market pays at least the costs and the minimum.
    Market,
    /// The costs of dignified work are above the market.
    CostFloor,
    /// The network's minimum is above both.
    NetworkMinimum,
    /// Both sides agreed on more than any of the three.
    Agreed,
    /// A price review moved it.
    Reviewed,
}

/// Where the community premium goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommunityDestinationView {
    /// A plan that the co-operative's assembly approves.
    CooperativePlan,
    /// The common fund for younger co-operatives, since pay here has reached the cap.
    CommonFund,
}

/// The ten components of a price, in the order in which the market price pays them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentsView {
    /// Materials, and the batch's setup cost spread over it.
    #[schema(example = "5290.00")]
    materials: DecimalText,
    /// Rent, energy, maintenance.
    #[schema(example = "1900.00")]
    overhead: DecimalText,
    /// The cost of waiting for payment.
    #[schema(example = "0.00")]
    finance: DecimalText,
    /// Work at the pay of today.
    #[schema(example = "4210.50")]
    labour: DecimalText,
    /// What is missing up to the living wage.
    #[schema(example = "820.25")]
    wage_gap: DecimalText,
    /// The same pay for the shorter week that the assembly agreed.
    #[schema(example = "640.10")]
    shorter_week: DecimalText,
    /// Paid assembly and education time.
    #[schema(example = "310.05")]
    democracy: DecimalText,
    /// The reserve that keeps jobs in a bad year.
    #[schema(example = "299.05")]
    job_reserve: DecimalText,
    /// What the price exceeds the floor by: the indivisible reserve.
    #[schema(example = "1380.05")]
    surplus: DecimalText,
    /// The community premium, held apart.
    #[schema(example = "445.50")]
    community: DecimalText,
}

/// What a premium protects.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurposesView {
    /// Materials, overhead and finance, where the market does not even pay those.
    #[schema(example = "0.00")]
    materials_and_overhead: DecimalText,
    /// Labour and the wage gap.
    #[schema(example = "0.00")]
    wages: DecimalText,
    /// The shorter week.
    #[schema(example = "0.00")]
    hours: DecimalText,
    /// Assembly and education time.
    #[schema(example = "0.00")]
    democracy: DecimalText,
    /// The job reserve.
    #[schema(example = "0.00")]
    jobs: DecimalText,
    /// The indivisible reserve.
    #[schema(example = "0.00")]
    reserve: DecimalText,
    /// The community premium.
    #[schema(example = "445.50")]
    community: DecimalText,
}

/// How a price came about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceView {
    #[schema(example = "2026.1")]
    rule_set_version: String,
    /// The quotes that the market reference is the median of.
    quotes_used: Vec<QuoteUsedView>,
    /// The quotes that did not count, and why.
    quotes_refused: Vec<QuoteRefusedView>,
    /// Who publishes the living wage.
    benchmark_source: Option<String>,
    /// The day of the living wage.
    benchmark_date: Option<NaiveDate>,
    /// Hours worked per unit; null for those who do not see the pay behind the price.
    #[schema(example = "0.7450980392")]
    hours_per_unit: Option<DecimalText>,
    /// What an hour costs; null for those who do not see the pay behind the price.
    hourly_cost: Option<HourlyCostView>,
    /// The ten components per unit, to 10 decimals.
    components_per_unit: ComponentsView,
    /// The price before it is rounded to a unit price.
    #[schema(example = "15295.5000000000")]
    unrounded_price: DecimalText,
}

/// The cost of an hour.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HourlyCostView {
    /// Pay of today, up to the cap, on the standard week.
    #[schema(example = "5650.8875739645")]
    current_pay_standard_week: DecimalText,
    /// Fair pay on the standard week.
    #[schema(example = "6751.4792899408")]
    fair_pay_standard_week: DecimalText,
    /// Fair pay on the week that the assembly agreed.
    #[schema(example = "7610.9467455621")]
    fair_pay_agreed_week: DecimalText,
}

/// A quote that counts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteUsedView {
    /// Position among the quotes, from 0.
    position: usize,
    source: String,
    /// The price as quoted.
    #[schema(example = "14850")]
    unit_price: DecimalText,
    /// ISO 4217, as quoted.
    #[schema(example = "ARS")]
    currency: String,
    observed_on: NaiveDate,
    /// The rate that converted it; null for a price in the contract's currency.
    exchange_rate: Option<UsedRateView>,
    /// The price in the contract's currency.
    #[schema(example = "14850.0000000000")]
    converted_unit_price: DecimalText,
}

/// 1 `from` = `rate` `to`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsedRateView {
    #[schema(example = "USD")]
    from: String,
    #[schema(example = "ARS")]
    to: String,
    #[schema(example = "1405.5")]
    rate: DecimalText,
    on: NaiveDate,
    source: String,
}

/// A quote that does not count.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteRefusedView {
    /// Position among the quotes, from 0.
    position: usize,
    source: String,
    reason: RefusalReasonView,
}

/// Why a quote does not count.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReasonView {
    /// It asks for a larger order.
    MinQuantityAboveOrder,
    /// It was seen after the day of signature.
    ObservedAfterSignature,
    /// It is older than the rules allow.
    TooOld,
    /// Another quote of the same source fits the order better.
    SameSource,
}

/// Who pays what in a pool; totals, fund and shortfall sum to what the co-operative receives.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareAnswerView {
    /// The buyers, in the order given.
    buyers: Vec<BuyerShareView>,
    /// What the solidarity fund pays.
    #[schema(example = "0.00")]
    fund_amount: DecimalText,
    /// What nobody pays; a pool with a shortfall cannot be confirmed.
    #[schema(example = "0.00")]
    shortfall: DecimalText,
    /// Unit price times all units.
    #[schema(example = "14700.00")]
    cooperative_receives: DecimalText,
}

/// What one buyer pays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyerShareView {
    #[schema(example = "union")]
    id: String,
    /// Its part at the market price.
    #[schema(example = "3440.00")]
    market_amount: DecimalText,
    /// Its part of the extra.
    #[schema(example = "360.00")]
    extra_amount: DecimalText,
    /// Both together.
    #[schema(example = "3800.00")]
    total: DecimalText,
    /// Total by quantity.
    #[schema(example = "4.7500")]
    unit_price_paid: DecimalText,
    /// Whether the cap stopped a larger share.
    capped: bool,
}

/// The price after a review.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAnswerView {
    /// How the indices moved the price, before guards.
    #[schema(example = "1.040084725602991933")]
    factor: DecimalText,
    #[schema(example = "10.4008")]
    unit_price: DecimalText,
    /// The guard that clipped the change: step or total.
    #[schema(example = json!(null))]
    clipped_by: Option<String>,
    /// The ten components per unit after the review, to 10 decimals.
    components: ComponentsView,
}

impl PriceAnswerView {
    /// Leaves out the hours and the pay behind the price.
    pub fn hide_work(&mut self) {
        self.trace.hours_per_unit = None;
        self.trace.hourly_cost = None;
    }
}

impl From<PriceAnswer> for PriceAnswerView {
    fn from(answer: PriceAnswer) -> Self {
        Self {
            basis: answer.basis.into(),
            market_reference: answer.market_reference.into(),
            floor: answer.floor.into(),
            unit_price: answer.unit_price.into(),
            premium_rate: answer.premium_rate.into(),
            line_amount: answer.line_amount.into(),
            market_amount: answer.market_amount.into(),
            premium_amount: answer.premium_amount.into(),
            components: answer.components.into(),
            premium_by_purpose: answer.premium_by_purpose.into(),
            community_destination: match answer.community_destination {
                CommunityDestination::CooperativePlan => CommunityDestinationView::CooperativePlan,
                CommunityDestination::CommonFund => CommunityDestinationView::CommonFund,
            },
            trace: answer.trace.into(),
        }
    }
}

impl From<Basis> for BasisView {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Market => Self::Market,
            Basis::CostFloor => Self::CostFloor,
            Basis::NetworkMinimum => Self::NetworkMinimum,
            Basis::Agreed => Self::Agreed,
            Basis::Reviewed => Self::Reviewed,
        }
    }
}

impl From<pricing::Trace> for TraceView {
    fn from(trace: pricing::Trace) -> Self {
        let used = trace.quotes_used.into_iter();
        let refused = trace.quotes_refused.into_iter();
        Self {
            rule_set_version: trace.rule_set_version,
            quotes_used: used.map(QuoteUsedView::from).collect(),
            quotes_refused: refused.map(QuoteRefusedView::from).collect(),
            benchmark_source: trace.benchmark_source,
            benchmark_date: trace.benchmark_date,
            hours_per_unit: Some(trace.hours_per_unit.into()),
            hourly_cost: Some(HourlyCostView {
                current_pay_standard_week: trace.hourly_cost.current_pay_standard_week.into(),
                fair_pay_standard_week: trace.hourly_cost.fair_pay_standard_week.into(),
                fair_pay_agreed_week: trace.hourly_cost.fair_pay_agreed_week.into(),
            }),
            components_per_unit: trace.components_per_unit.into(),
            unrounded_price: trace.unrounded_price.into(),
        }
    }
}

impl From<pricing::QuoteUsed> for QuoteUsedView {
    fn from(used: pricing::QuoteUsed) -> Self {
        Self {
            position: used.position,
            source: used.source,
            unit_price: used.unit_price.into(),
            currency: used.currency.code().to_owned(),
            observed_on: used.observed_on,
            exchange_rate: used.exchange_rate.map(|exchange| UsedRateView {
                from: exchange.from.code().to_owned(),
                to: exchange.to.code().to_owned(),
                rate: exchange.rate.into(),
                on: exchange.on,
                source: exchange.source,
            }),
            converted_unit_price: used.converted_unit_price.into(),
        }
    }
}

impl From<pricing::QuoteRefused> for QuoteRefusedView {
    fn from(refused: pricing::QuoteRefused) -> Self {
        use RefusalReason::{MinQuantityAboveOrder, ObservedAfterSignature, SameSource, TooOld};
        Self {
            position: refused.position,
            source: refused.source,
            reason: match refused.reason {
                MinQuantityAboveOrder => RefusalReasonView::MinQuantityAboveOrder,
                ObservedAfterSignature => RefusalReasonView::ObservedAfterSignature,
                TooOld => RefusalReasonView::TooOld,
                SameSource => RefusalReasonView::SameSource,
            },
        }
    }
}

impl<T: Into<DecimalText>> From<Components<T>> for ComponentsView {
    fn from(components: Components<T>) -> Self {
        Self {
            materials: components.materials.into(),
            overhead: components.overhead.into(),
            finance: components.finance.into(),
            labour: components.labour.into(),
            wage_gap: components.wage_gap.into(),
            shorter_week: components.shorter_week.into(),
            democracy: components.democracy.into(),
            job_reserve: components.job_reserve.into(),
            surplus: components.surplus.into(),
            community: components.community.into(),
        }
    }
}

impl<T: Into<DecimalText>> From<Purposes<T>> for PurposesView {
    fn from(purposes: Purposes<T>) -> Self {
        Self {
            materials_and_overhead: purposes.materials_and_overhead.into(),
            wages: purposes.wages.into(),
            hours: purposes.hours.into(),
            democracy: purposes.democracy.into(),
            jobs: purposes.jobs.into(),
            reserve: purposes.reserve.into(),
            community: purposes.community.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test stops at the first surprise"
    )]
    use super::*;
    use serde_json::Value;

    /// A price with a quote in another currency and one that is too old.
    const REQUEST: &str = r#"{
        "currency": "USD", "quantity": "100", "as_of": "2026-06-01",
        "market_quotes": [
            {"source": "chain store", "unit_price": "4.10", "observed_on": "2026-05-02"},
            {"source": "importer", "unit_price": "6000", "currency": "ARS", "observed_on": "2026-05-20"},
            {"source": "mill", "unit_price": "4.60", "observed_on": "2025-03-03"}
        ],
        "exchange_rates": [
            {"from": "ARS", "to": "USD", "rate": "0.0007", "on": "2026-05-20", "source": "central bank"}
        ],
        "cost_sheet": {
            "materials_per_unit": "1.90", "overhead_per_unit": "0.40", "standard_minutes_per_unit": "13"
        },
        "workplace": {"monthly_pay": "1040", "weekly_hours": "40"},
        "benchmark": {"living_wage_monthly": "1560", "standard_weekly_hours": "48"},
        "rule_set": {"version": "2026.1", "min_quotes": 2}
    }"#;

    #[test]
    fn the_documented_price_is_what_pricing_prints() {
        let answer = pricing::price_json(REQUEST).unwrap();
        let printed = serde_json::to_value(&answer).unwrap();
        let read: PriceAnswerView = serde_json::from_value(printed.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), printed);
        let view = PriceAnswerView::from(answer);
        assert_eq!(serde_json::to_value(view).unwrap(), printed);
    }

    #[test]
    fn the_work_behind_a_price_can_be_left_out() {
        let mut view = PriceAnswerView::from(pricing::price_json(REQUEST).unwrap());
        view.hide_work();
        let trace = serde_json::to_value(view).unwrap()["trace"].take();
        assert_eq!(trace["hours_per_unit"], Value::Null);
        assert_eq!(trace["hourly_cost"], Value::Null);
        assert_eq!(trace["quotes_refused"][0]["reason"], "too_old");
    }
}
