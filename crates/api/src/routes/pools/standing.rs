//! `GET /pools/{id}/standing`.
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use rust_decimal::Decimal;
use serde::Serialize;
use store::pools::terms::{self, Priced, Standing};
use utoipa::ToSchema;
use uuid::Uuid;

/// A pool as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingView {
    /// What it would buy now: its buyers' whole cases, filled up by their tolerances.
    #[schema(example = "1500")]
    quantity: DecimalText,
    /// All that its buyers ask for.
    #[schema(example = "1490")]
    asked: DecimalText,
    /// All that they would take beyond it.
    #[schema(example = "60")]
    tolerance: DecimalText,
    /// What each buyer would take now.
    parts: Vec<PoolPartView>,
    /// The smallest order of the listing.
    #[schema(example = "100")]
    minimum: DecimalText,
    /// Units that are missing to it, when all tolerances are used.
    #[schema(example = "0")]
    missing_to_minimum: DecimalText,
    /// Orders are multiples of this: the case.
    #[schema(example = "12")]
    lot: DecimalText,
    /// The next step of the price table, by the pooled quantity; null above the last.
    next_step: Option<PoolStepView>,
    /// What the pool's fund can pay; null without a fund.
    fund_available: Option<MoneyText>,
    /// What it would pay if it were closed now; null while it would buy nothing.
    price: Option<PooledPriceView>,
}

/// What a buyer asks for, and would take now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolPartView {
    organisation_id: Uuid,
    #[schema(example = "500")]
    quantity: DecimalText,
    #[schema(example = "20")]
    tolerance: DecimalText,
    /// In whole cases, never more than both together.
    #[schema(example = "504")]
    would_buy: DecimalText,
}

/// A step of the price table.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolStepView {
    /// The pooled quantity from which it holds.
    #[schema(example = "2000")]
    quantity: DecimalText,
    /// Units that are missing to it.
    #[schema(example = "500")]
    missing: DecimalText,
    /// Of a unit, there: a step lowers the base, never the premium.
    #[schema(example = "4.70")]
    unit_price: DecimalText,
    /// Of a unit, at the market, there.
    #[schema(example = "4.00")]
    market_unit_price: DecimalText,
}

/// The price of what is pooled, and who would pay what of the goods. Freight and VAT are added when the
/// pool is closed: freight by quantity, VAT by the amount for goods. What the buyers pay, the fund's
/// part and the shortfall are what the co-operative receives, to the minor unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct PooledPriceView {
    /// Of a unit, at the market.
    #[schema(example = "4.00")]
    market_unit_price: DecimalText,
    /// Of a unit: the solidarity price at the pooled quantity.
    #[schema(example = "4.90")]
    unit_price: DecimalText,
    /// Whatever the abilities are.
    cooperative_receives: MoneyText,
    /// Who pays what; where buyers bid, each one's guide value.
    shares: Vec<PoolShareView>,
    /// Whether the shares are guide values.
    guide: bool,
    /// What the fund pays of what the buyers' caps leave.
    fund_amount: MoneyText,
    /// What nobody pays; above zero the pool cannot be closed.
    shortfall: MoneyText,
}

/// What one buyer would pay for goods.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolShareView {
    organisation_id: Uuid,
    /// Its part at the market reference.
    market_amount: MoneyText,
    /// Its part of what the solidarity price adds.
    extra_amount: MoneyText,
    total: MoneyText,
    /// Of a unit.
    #[schema(example = "4.45")]
    unit_price_paid: DecimalText,
    /// Whether its cap stopped a larger share.
    capped: bool,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        let guide = standing.bids;
        let parts = standing.parts.into_iter().map(|part| PoolPartView {
            organisation_id: part.organisation.uuid(),
            quantity: part.quantity.into(),
            tolerance: part.tolerance.into(),
            would_buy: part.taken.into(),
        });
        Self {
            quantity: standing.taken.into(),
            asked: standing.asked.into(),
            tolerance: standing.tolerance.into(),
            parts: parts.collect(),
            minimum: standing.minimum.into(),
            missing_to_minimum: standing.missing_to_minimum.into(),
            lot: standing.lot.into(),
            next_step: standing.next_step.map(|step| PoolStepView {
                quantity: step.quantity.into(),
                missing: step.missing.into(),
                unit_price: step.quote.unit_price.into(),
                market_unit_price: decimal(step.quote.answer.market_reference),
            }),
            fund_available: standing.fund_available.map(Into::into),
            price: standing
                .priced
                .map(|priced| PooledPriceView::of(priced, guide)),
        }
    }
}

impl PooledPriceView {
    fn of(priced: Priced, guide: bool) -> Self {
        let paid = priced.buyers.into_iter().zip(priced.shares.buyers);
        Self {
            market_unit_price: decimal(priced.quote.answer.market_reference),
            unit_price: priced.quote.unit_price.into(),
            cooperative_receives: priced.shares.cooperative_receives.into(),
            shares: paid
                .map(|(organisation, share)| PoolShareView {
                    organisation_id: organisation.uuid(),
                    market_amount: share.market_amount.into(),
                    extra_amount: share.extra_amount.into(),
                    total: share.total.into(),
                    unit_price_paid: decimal(share.unit_price_paid),
                    capped: share.capped,
                })
                .collect(),
            guide,
            fund_amount: priced.shares.fund_amount.into(),
            shortfall: priced.shares.shortfall.into(),
        }
    }
}

fn decimal(value: Decimal) -> DecimalText {
    DecimalText(value.to_string())
}

/// What a pool would pay if it were closed now, and who what of it: for its opener and members.
#[utoipa::path(tag = "Pools", operation_id = "pools_standing",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "As it stands.", body = StandingView)),
    extensions(("x-problem-codes" = json!(["insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "not_above_market", "below_floor", "amount_out_of_range", "no_common_rule_set",
        "workplace_missing", "currency_mismatch"]))))]
#[get("/pools/{id}/standing")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let standing = terms::standing(conn, actor, (*id).into())?;
        Ok(Reply::plain(&StandingView::from(standing))?)
    })
    .await
}
