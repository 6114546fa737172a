//! `GET /pools/{id}/contracts`.
use crate::http::wire::{DecimalText, MoneyText};
use crate::http::{Answer, Call, Reply};
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::Serialize;
use store::orders::{LineStatus, SeenOrder};
use store::pools::contracts;
use utoipa::ToSchema;
use uuid::Uuid;

/// Your contracts in a pool: one where you pay a part of its order, none where you do not.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolContractsView {
    items: Vec<PoolContractView>,
}

/// A buyer's contract: its part of the pool's one order. All contracts together are the order, to the minor unit;
/// the co-operative has one purchase order for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolContractView {
    pool_id: Uuid,
    order_id: Uuid,
    /// The order's reference, which all its contracts share.
    #[schema(example = "O-2026-000017")]
    reference: String,
    /// Where the order stands.
    #[schema(example = "confirmed")]
    status: &'static str,
    organisation_id: Uuid,
    /// buyer, or fund: the network that keeps the pool's fund pays what caps left.
    #[schema(example = "buyer")]
    payer: &'static str,
    /// Who makes it; null while a declined order is matched again.
    cooperative_id: Option<Uuid>,
    listing_id: Option<Uuid>,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B")]
    region: Option<String>,
    /// By when it has to be there.
    due_on: Option<NaiveDate>,
    /// Your units; 0 for a fund.
    #[schema(example = "504")]
    quantity: DecimalText,
    /// What you pay for one.
    #[schema(example = "4.45")]
    unit_price_paid: DecimalText,
    /// Your goods at the market; where you bid less than that, what you pay for them.
    market: MoneyText,
    /// What you pay above it.
    extra: MoneyText,
    freight: MoneyText,
    tax: MoneyText,
    /// The sum of the four.
    total: MoneyText,
    /// Whether your cap stopped a larger share.
    capped: bool,
}

fn view(pool: Uuid, seen: SeenOrder) -> Option<PoolContractView> {
    let share = seen.share?;
    let line = seen
        .lines
        .into_iter()
        .find(|line| line.status == LineStatus::Active);
    Some(PoolContractView {
        pool_id: pool,
        order_id: seen.order.id.uuid(),
        reference: seen.order.reference,
        status: seen.order.state.as_str(),
        organisation_id: share.organisation.uuid(),
        payer: share.payer.as_str(),
        cooperative_id: line.as_ref().map(|line| line.cooperative.uuid()),
        listing_id: line.as_ref().map(|line| line.listing.uuid()),
        due_on: line.as_ref().map(|line| line.due_on),
        region: line.map(|line| line.region),
        quantity: share.quantity.into(),
        unit_price_paid: share.unit_price_paid.into(),
        market: share.market.into(),
        extra: share.extra.into(),
        freight: share.freight.into(),
        tax: share.tax.into(),
        total: share.total.into(),
        capped: share.capped,
    })
}

/// Your own contract in a pool that was ordered; nobody reads another's. The fund's network reads the fund's part.
#[utoipa::path(tag = "Pools", operation_id = "pool_contracts_list",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "One, or none.", body = PoolContractsView)))]
#[get("/pools/{id}/contracts")]
pub async fn list(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let seen = contracts::mine(conn, actor, (*id).into())?;
        let items = seen.and_then(|seen| view(*id, seen)).into_iter().collect();
        Ok(Reply::plain(&PoolContractsView { items })?)
    })
    .await
}
