//! Proposals and matchings as they travel: in people's units and money, with names.
use crate::http::wire::{DecimalText, MoneyText};
use chrono::{DateTime, NaiveDate, Utc};
use money::{Currency, Money, amount_of};
use serde::Serialize;
use serde_json::Value;
use store::needs::explain::{self, Explanation, Names};
use store::needs::proposals::{Proposal, ProposedLine};
use store::sql::Time;
use store::{Conn, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// A proposal in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalSummary {
    id: Uuid,
    /// The need it is for; null for a pool's.
    need_id: Option<Uuid>,
    /// The pool it is for; null for a need's.
    pool_id: Option<Uuid>,
    /// open, accepted, stale (too old, or prices and capacity moved past it) or superseded.
    #[schema(example = "open")]
    status: &'static str,
    /// The day that its prices are of.
    as_of: NaiveDate,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// How many allocations it has.
    #[schema(example = 2)]
    lines: usize,
    created_at: DateTime<Utc>,
    /// Until when it can be ordered.
    expires_at: DateTime<Utc>,
}

impl ProposalSummary {
    /// As it stands at `now`.
    pub fn at(proposal: &Proposal, now: Time) -> Self {
        Self {
            id: proposal.id.uuid(),
            need_id: proposal.need.map(store::ids::NeedId::uuid),
            pool_id: proposal.pool.map(store::ids::PoolId::uuid),
            status: proposal.status_at(now).as_str(),
            as_of: proposal.as_of,
            currency: proposal.currency.code().to_owned(),
            lines: proposal.lines.len(),
            created_at: proposal.created_at.utc(),
            expires_at: proposal.expires_at.utc(),
        }
    }
}

/// A proposal with its explanation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalView {
    id: Uuid,
    /// The need it is for; null for a pool's.
    need_id: Option<Uuid>,
    /// The pool it is for; null for a need's.
    pool_id: Option<Uuid>,
    /// open, accepted, stale (too old, or prices and capacity moved past it) or superseded.
    #[schema(example = "open")]
    status: &'static str,
    created_at: DateTime<Utc>,
    /// Until when it can be ordered. Nothing is reserved until then.
    expires_at: DateTime<Utc>,
    /// What was matched.
    matching: MatchView,
}

impl ProposalView {
    /// As it stands at `now`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(conn: &mut Conn, proposal: &Proposal, now: Time) -> Result<Self, Error> {
        let summary = ProposalSummary::at(proposal, now);
        let parts = (&proposal.request, &proposal.plan, &proposal.basis);
        let (as_of, currency, lines) = (proposal.as_of, proposal.currency, &proposal.lines);
        let matching = match proposal.need {
            Some(_) => MatchView::of(conn, as_of, currency, lines, parts)?,
            None => MatchView::of_pool(conn, as_of, currency, lines)?,
        };
        Ok(Self {
            id: summary.id,
            need_id: summary.need_id,
            pool_id: summary.pool_id,
            status: summary.status,
            created_at: summary.created_at,
            expires_at: summary.expires_at,
            matching,
        })
    }
}

/// What a matching found: who makes what for whom, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchView {
    /// The day that prices and verifications are of.
    as_of: NaiveDate,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// Whether it is proven that no plan is better; null for a pool's, which has one co-operative.
    #[schema(example = true)]
    optimal: Option<bool>,
    /// The seed of the public lottery, which decides between equals; null for a pool's.
    seed: Option<i64>,
    allocations: Vec<AllocationView>,
    /// Goods and freight of all allocations, before VAT.
    total: MoneyText,
    /// What nobody can make, and why.
    unmet: Vec<UnmetView>,
    /// Listings without a price for you, or with one over your policy.
    excluded: Vec<ExcludedView>,
    /// Why each line gets from each listing what it gets, nothing included.
    why: Vec<WhyView>,
    /// How full the co-operatives become.
    suppliers: Vec<SupplierView>,
}

/// What one listing would make of one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllocationView {
    /// The need's line; null for a pool's.
    #[schema(example = 1)]
    line: Option<i32>,
    listing_id: Uuid,
    #[schema(example = "Remera estampada, algodón 24/1")]
    listing_title: String,
    cooperative_id: Uuid,
    #[schema(example = "Cooperativa Textil 19 de Diciembre")]
    cooperative_name: String,
    product_id: Uuid,
    product_name: String,
    /// UN/ECE Rec 20.
    #[schema(example = "C62")]
    unit: String,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
    #[schema(example = "1800")]
    quantity: DecimalText,
    /// The most that a unit will cost: the order is priced anew at its whole quantity.
    unit_price: DecimalText,
    unit_freight: DecimalText,
    /// Quantity times unit price, and quantity times freight, before VAT.
    amount: MoneyText,
}

/// What nobody can make of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmetView {
    #[schema(example = 1)]
    line: i32,
    product_id: Uuid,
    #[schema(example = "1200")]
    quantity: DecimalText,
    /// Why, the most frequent reason first.
    #[schema(example = json!(["capacity"]))]
    codes: Vec<String>,
}

/// A listing that was left out before matching.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExcludedView {
    listing_id: Uuid,
    cooperative_id: Uuid,
    cooperative_name: String,
    /// The code of the refusal, as that of pricing it.
    #[schema(example = "no_common_rule_set")]
    code: String,
}

/// Why a line gets from a listing what it gets.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyView {
    #[schema(example = 1)]
    line: i32,
    listing_id: Uuid,
    cooperative_id: Uuid,
    /// What keeps the line from getting more there.
    #[schema(example = "fuller_than_others")]
    code: &'static str,
    /// A unit's price and freight here, less the same at the alternative; null without one.
    cost_difference: Option<DecimalText>,
    /// The same for people.
    text: String,
}

/// How full a co-operative becomes, in units of work.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupplierView {
    cooperative_id: Uuid,
    cooperative_name: String,
    /// The work of this plan.
    #[schema(example = 1800)]
    load: i64,
    /// The work that would fill its idle hours for a quarter.
    #[schema(example = 9000)]
    need: i64,
    /// How full its last unit makes it, from 0 to 10, 10 being beyond its need; null without work.
    #[schema(example = 1)]
    tier: Option<i64>,
}

impl MatchView {
    /// A need's matching, from what is kept of it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(
        conn: &mut Conn,
        as_of: NaiveDate,
        currency: Currency,
        lines: &[ProposedLine],
        parts: (&Value, &Value, &Value),
    ) -> Result<Self, Error> {
        let told = explain::explain(conn, currency, lines, parts)?;
        let mut view = Self::bare(as_of, currency, lines, &told.names)?;
        view.optimal = Some(told.optimal);
        view.seed = Some(told.seed);
        view.explain(told);
        Ok(view)
    }

    /// A pool's: its co-operative was chosen, not matched.
    fn of_pool(
        conn: &mut Conn,
        as_of: NaiveDate,
        currency: Currency,
        lines: &[ProposedLine],
    ) -> Result<Self, Error> {
        let names = Names::of_lines(conn, lines)?;
        Self::bare(as_of, currency, lines, &names)
    }

    fn bare(
        as_of: NaiveDate,
        currency: Currency,
        lines: &[ProposedLine],
        names: &Names,
    ) -> Result<Self, Error> {
        let mut total = Money::new(0, currency);
        let mut allocations = Vec::new();
        for line in lines {
            let goods = amount_of(line.quantity, line.unit_price, currency)?;
            let freight = amount_of(line.quantity, line.unit_freight, currency)?;
            let amount = goods.checked_add(freight)?;
            total = total.checked_add(amount)?;
            allocations.push(AllocationView::of(line, amount, names));
        }
        Ok(Self {
            as_of,
            currency: currency.code().to_owned(),
            optimal: None,
            seed: None,
            allocations,
            total: total.into(),
            unmet: Vec::new(),
            excluded: Vec::new(),
            why: Vec::new(),
            suppliers: Vec::new(),
        })
    }

    fn explain(&mut self, told: Explanation) {
        let names = told.names;
        self.unmet = told
            .missing
            .into_iter()
            .map(|line| UnmetView {
                line: line.position,
                product_id: line.product.uuid(),
                quantity: line.quantity.into(),
                codes: line.codes,
            })
            .collect();
        self.excluded = told
            .excluded
            .into_iter()
            .map(|one| ExcludedView {
                listing_id: one.listing.uuid(),
                cooperative_id: one.cooperative.uuid(),
                cooperative_name: names.organisation(one.cooperative).to_owned(),
                code: one.code,
            })
            .collect();
        self.why = told
            .why
            .into_iter()
            .map(|one| WhyView {
                line: one.position,
                listing_id: one.listing.uuid(),
                cooperative_id: one.cooperative.uuid(),
                code: one.code,
                cost_difference: one.cost_difference.map(DecimalText::from),
                text: one.text,
            })
            .collect();
        self.suppliers = told
            .suppliers
            .into_iter()
            .map(|one| SupplierView {
                cooperative_id: one.cooperative.uuid(),
                cooperative_name: names.organisation(one.cooperative).to_owned(),
                load: one.load,
                need: one.need,
                tier: one.tier,
            })
            .collect();
    }
}

impl AllocationView {
    fn of(line: &ProposedLine, amount: Money, names: &Names) -> Self {
        Self {
            line: line.need_position,
            listing_id: line.listing.uuid(),
            listing_title: names.listing(line.listing).to_owned(),
            cooperative_id: line.cooperative.uuid(),
            cooperative_name: names.organisation(line.cooperative).to_owned(),
            product_id: line.product.uuid(),
            product_name: names.product(line.product).to_owned(),
            unit: names.unit(line.product).to_owned(),
            region: line.region.clone(),
            due_on: line.due_on,
            quantity: line.quantity.into(),
            unit_price: line.unit_price.into(),
            unit_freight: line.unit_freight.into(),
            amount: amount.into(),
        }
    }
}
