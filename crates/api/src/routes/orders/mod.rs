//! Orders: placing by a proposal, approvals, confirming, replacing what was declined, cancelling.
mod acts;
mod cancel;
mod change;
mod decide;
mod explain;
mod get;
mod list;
mod place;
mod rematch;
mod submit;

pub use explain::{Explanation, print_explanation};

use crate::http::body::Digested;
use crate::http::call::Work;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Reply};
use crate::routes::approval_ladders::text::{DemandView, SignersText};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use store::error::Code;
use store::ids::{AgreementId, ListingId, OrganisationId, ProposalId, QuotationId};
use store::needs::proposals;
use store::orders::payers::Share;
use store::orders::purchase_orders::PurchaseOrder;
use store::orders::{Asked, Line, Order, SeenOrder};
use store::{Actor, Conn};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(place::place)
        .service(list::list)
        .service(get::get)
        .service(explain::explain)
        .service(change::change)
        .service(submit::submit)
        .service(decide::decide)
        .service(acts::approve)
        .service(acts::withdraw)
        .service(acts::confirm)
        .service(cancel::cancel)
        .service(rematch::rematch);
}

/// Carries out an act by a proposal. A refusal because prices overtook it rolls the act back, so the
/// proposal is then marked stale in a transaction of its own: the need can be matched again.
async fn marking_stale(
    call: Call,
    proposal: ProposalId,
    digest: Option<Digested>,
    work: impl FnMut(&mut Conn, &Actor) -> Work<Reply> + Send + 'static,
) -> Answer {
    let app = call.app.clone();
    let answer = call.write(digest, work).await;
    if let Err(problem) = &answer
        && problem.code() == Code::ProposalStale
    {
        app.db
            .write(move |conn| proposals::mark_stale(conn, proposal))
            .await?;
    }
    answer
}

/// An organisation, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Party {
    id: Uuid,
    #[schema(example = "Sindicato Textil del Sur")]
    name: String,
}

impl Party {
    /// The organisation with its name among `names`.
    pub fn of(id: OrganisationId, names: &BTreeMap<OrganisationId, String>) -> Self {
        Self {
            id: id.uuid(),
            name: names.get(&id).cloned().unwrap_or_default(),
        }
    }
}

/// What something costs, in the order's currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsView {
    /// The goods at the solidarity price.
    #[schema(value_type = String, example = "14700.00")]
    goods: DecimalText,
    /// Their carriage.
    #[schema(value_type = String, example = "360.00")]
    freight: DecimalText,
    /// Value-added tax on both.
    #[schema(value_type = String, example = "3162.60")]
    tax: DecimalText,
    /// The sum of the three.
    #[schema(value_type = String, example = "18222.60")]
    total: DecimalText,
}

impl From<ordering::Totals> for TotalsView {
    fn from(totals: ordering::Totals) -> Self {
        Self {
            goods: totals.goods().into(),
            freight: totals.freight().into(),
            tax: totals.vat().into(),
            total: totals.total().into(),
        }
    }
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLineView {
    /// Its place in the order; never given to another.
    #[schema(example = 1)]
    position: i32,
    /// The need's line that it serves; null for a pool.
    need_position: Option<i32>,
    /// The purchase order it went out with.
    purchase_order_id: Option<Uuid>,
    cooperative_id: Uuid,
    listing_id: Uuid,
    #[schema(example = "Remera de algodón, estampada")]
    listing: String,
    product_id: Uuid,
    /// ISO 3166-2.
    #[schema(example = "AR-B")]
    region: String,
    due_on: NaiveDate,
    /// active, released (declined or not answered in time) or replaced (by others, after that).
    #[schema(example = "active")]
    status: &'static str,
    #[schema(value_type = String, example = "3000")]
    quantity: DecimalText,
    /// What the market pays, cut to the millionth.
    #[schema(value_type = String, example = "4.3")]
    market_unit_price: DecimalText,
    #[schema(value_type = String, example = "4.9")]
    unit_price: DecimalText,
    #[schema(value_type = String, example = "0.12")]
    unit_freight: DecimalText,
    /// Value-added tax, as a fraction.
    #[schema(value_type = String, example = "0.21")]
    vat_rate: DecimalText,
    totals: TotalsView,
    rule_set_id: Uuid,
}

impl OrderLineView {
    /// The line, with its listing's title.
    pub fn of(line: Line, titles: &BTreeMap<ListingId, String>) -> Self {
        Self {
            position: line.position,
            need_position: line.need_position,
            purchase_order_id: line.purchase_order.map(store::ids::PurchaseOrderId::uuid),
            cooperative_id: line.cooperative.uuid(),
            listing_id: line.listing.uuid(),
            listing: titles.get(&line.listing).cloned().unwrap_or_default(),
            product_id: line.product.uuid(),
            region: line.region,
            due_on: line.due_on,
            status: line.status.as_str(),
            quantity: line.quantity.into(),
            market_unit_price: line.market_unit_price.into(),
            unit_price: line.unit_price.into(),
            unit_freight: line.unit_freight.into(),
            vat_rate: line.vat_rate.into(),
            totals: line.totals.into(),
            rule_set_id: line.rule_set.uuid(),
        }
    }
}

/// What your organisation pays of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// buyer or fund.
    #[schema(example = "buyer")]
    payer: &'static str,
    /// Units of a pool's member; zero where one buyer pays a whole order.
    #[schema(value_type = String, example = "800")]
    quantity: DecimalText,
    /// The goods at the market reference.
    #[schema(value_type = String, example = "3440.00")]
    market: DecimalText,
    /// What the solidarity price adds.
    #[schema(value_type = String, example = "360.00")]
    extra: DecimalText,
    #[schema(value_type = String, example = "96.00")]
    freight: DecimalText,
    #[schema(value_type = String, example = "798.00")]
    tax: DecimalText,
    /// The sum of the four.
    #[schema(value_type = String, example = "4694.00")]
    total: DecimalText,
    /// Goods divided by those units.
    #[schema(value_type = String, example = "4.75")]
    unit_price_paid: DecimalText,
    /// Whether your own limit caps the extra.
    capped: bool,
}

impl From<Share> for ShareView {
    fn from(share: Share) -> Self {
        Self {
            payer: share.payer.as_str(),
            quantity: share.quantity.into(),
            market: share.market.into(),
            extra: share.extra.into(),
            freight: share.freight.into(),
            tax: share.tax.into(),
            total: share.total.into(),
            unit_price_paid: share.unit_price_paid.into(),
            capped: share.capped,
        }
    }
}

/// An approval of the order as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalView {
    organisation: Party,
    person_id: Uuid,
    #[schema(example = "Ana Quiroga")]
    person: String,
    approved_at: DateTime<Utc>,
}

/// What a payer's approvals still lack.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    organisation: Party,
    /// Persons in all.
    #[schema(example = 1)]
    persons: u32,
    /// Who has still to sign.
    signers: Vec<SignersText>,
    /// Whether the assembly has still to decide.
    assembly_record: bool,
    /// Whether another ladder was adopted since: then the order has to be submitted anew.
    ladder_changed: bool,
}

/// What the present revision asks your organisation for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedView {
    #[serde(flatten)]
    demand: DemandView,
    /// The budget line that your share is promised from.
    budget_line_id: Option<Uuid>,
    asked_at: DateTime<Utc>,
}

impl From<Asked> for AskedView {
    fn from(asked: Asked) -> Self {
        Self {
            demand: DemandView::from(&asked.demand),
            budget_line_id: asked.budget_line.map(store::ids::BudgetLineId::uuid),
            asked_at: asked.at.utc(),
        }
    }
}

/// A purchase order, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedView {
    id: Uuid,
    #[schema(example = "PO-2026-000123")]
    reference: String,
    cooperative_id: Uuid,
    /// issued, accepted, declined, expired, delivered, closed or cancelled.
    #[schema(example = "issued")]
    status: &'static str,
    /// When its capacity is freed unless it was answered.
    answer_by: DateTime<Utc>,
}

impl From<PurchaseOrder> for IssuedView {
    fn from(issued: PurchaseOrder) -> Self {
        Self {
            id: issued.id.uuid(),
            reference: issued.reference,
            cooperative_id: issued.cooperative.uuid(),
            status: issued.state.as_str(),
            answer_by: issued.answer_by.utc(),
        }
    }
}

/// An order, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderSummary {
    id: Uuid,
    /// Distinct among its buyer's.
    #[schema(example = "O-2026-000123")]
    reference: String,
    /// draft, submitted, approved, confirmed, fulfilled, closed or cancelled.
    #[schema(example = "draft")]
    status: &'static str,
    /// Who placed it.
    buyer_id: Uuid,
    /// The need it serves, or null.
    need_id: Option<Uuid>,
    /// The pool it came of, or null.
    pool_id: Option<Uuid>,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// What its active lines cost.
    totals: TotalsView,
    /// What is paid in advance.
    #[schema(value_type = String, example = "9111.30")]
    advance: DecimalText,
    /// The share paid in advance: the highest of its rule sets.
    #[schema(value_type = String, example = "0.5")]
    advance_rate: DecimalText,
    /// Days until the rest is paid: the fewest of its rule sets.
    #[schema(example = 30)]
    payment_days: i32,
    /// What approvals are given to: a change is a new revision, and voids them.
    #[schema(example = 1)]
    revision: i64,
    /// Who placed it, and so cannot approve it.
    placed_by: Uuid,
    placed_at: DateTime<Utc>,
    /// Until when its capacity is held unless it is confirmed.
    held_until: DateTime<Utc>,
    /// When its price was locked.
    confirmed_at: Option<DateTime<Utc>>,
    cancelled_reason: Option<String>,
}

impl From<&Order> for OrderSummary {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id.uuid(),
            reference: order.reference.clone(),
            status: order.state.as_str(),
            buyer_id: order.buyer.uuid(),
            need_id: order.need.map(store::ids::NeedId::uuid),
            pool_id: order.pool.map(store::ids::PoolId::uuid),
            currency: order.currency().code(),
            totals: order.totals.into(),
            advance: order.advance.into(),
            advance_rate: order.advance_rate.into(),
            payment_days: order.payment_days,
            revision: order.revision,
            placed_by: order.placed_by.uuid(),
            placed_at: order.placed_at.utc(),
            held_until: order.held_until.utc(),
            confirmed_at: order.confirmed_at.map(store::sql::Time::utc),
            cancelled_reason: order.cancelled_reason.clone(),
        }
    }
}

/// An order, as one of its payers sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    #[serde(flatten)]
    order: OrderSummary,
    buyer: Party,
    /// The proposal it was placed by, or
    proposal_id: Option<Uuid>,
    /// the framework agreement that it was called off under, or
    agreement_id: Option<Uuid>,
    /// the quotation that was accepted.
    quotation_id: Option<Uuid>,
    lines: Vec<OrderLineView>,
    /// What your organisation pays; other payers' shares are theirs to see.
    share: Option<ShareView>,
    /// What the present revision asks your organisation for; null until it is submitted.
    asked: Option<AskedView>,
    /// Why it could not wait, where the buyer submitted it as an emergency.
    emergency_reason: Option<String>,
    /// Approvals of the present revision.
    approvals: Vec<ApprovalView>,
    /// What is missing until it can be confirmed, while approvals are asked for.
    approvals_missing: Vec<MissingView>,
    /// The purchase orders issued for it, oldest first.
    purchase_orders: Vec<IssuedView>,
}

impl From<SeenOrder> for OrderView {
    fn from(seen: SeenOrder) -> Self {
        let names = &seen.names;
        Self {
            buyer: Party::of(seen.order.buyer, names),
            proposal_id: seen.order.origin.proposal().map(ProposalId::uuid),
            agreement_id: seen.order.origin.agreement().map(AgreementId::uuid),
            quotation_id: seen.order.origin.quotation().map(QuotationId::uuid),
            lines: seen
                .lines
                .into_iter()
                .map(|line| OrderLineView::of(line, &seen.titles))
                .collect(),
            share: seen.share.map(ShareView::from),
            asked: seen.asked.map(AskedView::from),
            emergency_reason: seen.emergency,
            approvals: seen
                .approvals
                .into_iter()
                .map(|approval| ApprovalView {
                    organisation: Party::of(approval.organisation, names),
                    person_id: approval.person.uuid(),
                    person: approval.name,
                    approved_at: approval.at.utc(),
                })
                .collect(),
            approvals_missing: seen
                .missing
                .into_iter()
                .map(|missing| MissingView {
                    organisation: Party {
                        id: missing.organisation.uuid(),
                        name: missing.name,
                    },
                    persons: missing.outstanding.persons(),
                    signers: missing
                        .outstanding
                        .signers
                        .iter()
                        .map(SignersText::from)
                        .collect(),
                    assembly_record: missing.outstanding.assembly_record,
                    ladder_changed: missing.ladder_changed,
                })
                .collect(),
            purchase_orders: seen
                .purchase_orders
                .into_iter()
                .map(IssuedView::from)
                .collect(),
            order: OrderSummary::from(&seen.order),
        }
    }
}
