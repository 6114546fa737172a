//! `GET /pools/{id}/standing`.
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use money::Micro;
use rust_decimal::Decimal;
use serde::Serialize;
use store::pools::terms::{self, Priced, Standing};
use utoipa::ToSchema;
use uuid::Uuid;

/// A pool as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingView {
    /// All its buyers' units.
    #[schema(example = "1500")]
    quantity: DecimalText,
    /// The smallest order of the listing.
    #[schema(example = "100")]
    minimum: DecimalText,
    /// Units that are missing to it.
    #[schema(example = "0")]
    missing_to_minimum: DecimalText,
    /// Orders are multiples of this.
    #[schema(example = "1")]
    lot: DecimalText,
    /// The next quantity from which the listing states another price; null above the last.
    #[schema(example = "2000")]
    next_step: Option<DecimalText>,
    /// What the pool's fund can pay; null without a fund.
    fund_available: Option<MoneyText>,
    /// What it would pay if it were closed now; null while nobody is in it.
    price: Option<PooledPriceView>,
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
    shares: Vec<PoolShareView>,
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
        let missing = standing.minimum.get().saturating_sub(standing.pooled.get());
        Self {
            quantity: standing.pooled.into(),
            minimum: standing.minimum.into(),
            missing_to_minimum: Micro::new(missing.max(0)).into(),
            lot: standing.lot.into(),
            next_step: standing.next_step.map(Into::into),
            fund_available: standing.fund_available.map(Into::into),
            price: standing.priced.map(Into::into),
        }
    }
}

impl From<Priced> for PooledPriceView {
    fn from(priced: Priced) -> Self {
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
