//! `GET /requests-for-quotation/{id}/comparison`.
use super::{QuotationRequestSummary, RequestLineView};
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Reply};
use crate::routes::orders::TotalsView;
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use store::ids::ListingId;
use store::quotations::comparison::{
    self, Compared, ComparedLine, Comparison, ORDERED_BY, WageGap,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is missing up to the living wage in a unit, and who pays it; money of the request's currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct WageGapView {
    /// Between the pay of today and the living wage.
    #[schema(value_type = String, example = "0.5417")]
    per_unit: DecimalText,
    /// What of it the market price alone would pay.
    #[schema(value_type = String, example = "0.0500")]
    paid_by_market: DecimalText,
    /// What of it this price pays.
    #[schema(value_type = String, example = "0.5417")]
    paid_by_price: DecimalText,
    /// The living wage of a month.
    #[schema(value_type = String, example = "900000.00")]
    living_wage_monthly: DecimalText,
}

impl From<WageGap> for WageGapView {
    fn from(gap: WageGap) -> Self {
        Self {
            per_unit: gap.per_unit.into(),
            paid_by_market: gap.paid_by_market.into(),
            paid_by_price: gap.paid_by_price.into(),
            living_wage_monthly: gap.living_wage_monthly.into(),
        }
    }
}

/// A quoted line beside the others'.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedLineView {
    /// The request's line.
    #[schema(example = 1)]
    position: i32,
    listing_id: Uuid,
    listing: String,
    #[schema(value_type = String, example = "3000")]
    quantity: DecimalText,
    /// Quantities are multiples of it.
    #[schema(value_type = String, example = "1")]
    lot: DecimalText,
    #[schema(value_type = String, example = "4.9")]
    unit_price: DecimalText,
    #[schema(value_type = String, example = "4.3")]
    market_unit_price: DecimalText,
    #[schema(value_type = String, example = "0.12")]
    unit_freight: DecimalText,
    totals: TotalsView,
    /// The first day on which it can be there.
    earliest_on: NaiveDate,
    /// What can still be made until the line's day.
    #[schema(value_type = String, example = "5000")]
    free_capacity: DecimalText,
    wage_gap: WageGapView,
    /// What the price consists of and what its premium protects: the ten components, the seven purposes, the
    /// trace.
    #[schema(value_type = Object)]
    price_answer: Value,
}

impl ComparedLineView {
    fn of(line: ComparedLine, titles: &BTreeMap<ListingId, String>) -> Self {
        let quoted = line.quoted;
        Self {
            position: quoted.position,
            listing_id: quoted.listing.uuid(),
            listing: titles.get(&quoted.listing).cloned().unwrap_or_default(),
            quantity: quoted.quantity.into(),
            lot: quoted.lot.into(),
            unit_price: quoted.unit_price.into(),
            market_unit_price: quoted.market_unit_price.into(),
            unit_freight: quoted.unit_freight.into(),
            totals: quoted.totals.into(),
            earliest_on: quoted.earliest_on,
            free_capacity: line.free.into(),
            wage_gap: line.wage_gap.into(),
            price_answer: line.answer,
        }
    }
}

/// One co-operative's quote.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedView {
    quotation_id: Uuid,
    cooperative_id: Uuid,
    #[schema(example = "Cerámica Sin Patrón")]
    cooperative: String,
    /// asked, quoted, countered, accepted, declined, expired or withdrawn.
    #[schema(example = "quoted")]
    status: &'static str,
    /// Whether it can serve the whole request.
    eligible: bool,
    /// Why not: not_quoted, not_all_lines, too_late, capacity_taken, not_verified.
    obstacles: Vec<&'static str>,
    /// The last day on which it can be accepted.
    valid_until: Option<NaiveDate>,
    totals: Option<TotalsView>,
    /// The share that it asks for in advance.
    #[schema(value_type = Option<String>, example = "0.5")]
    advance_rate: Option<DecimalText>,
    /// What that comes to.
    #[schema(value_type = Option<String>, example = "9111.30")]
    advance: Option<DecimalText>,
    /// Days until the rest is paid.
    payment_days: Option<i32>,
    /// Pay per member and month, where the co-operative's assembly opened it to buyers.
    #[schema(value_type = Option<String>, example = "700000.00")]
    monthly_pay: Option<DecimalText>,
    lines: Vec<ComparedLineView>,
}

impl ComparedView {
    fn of(row: Compared, titles: &BTreeMap<ListingId, String>) -> Self {
        Self {
            quotation_id: row.quotation.id.uuid(),
            cooperative_id: row.quotation.cooperative.uuid(),
            cooperative: row.name,
            status: row.quotation.state.as_str(),
            eligible: row.obstacles.is_empty(),
            obstacles: row.obstacles.iter().map(|one| one.as_str()).collect(),
            valid_until: row.quotation.valid_until,
            totals: row.totals.map(TotalsView::from),
            advance_rate: row.quotation.advance_rate.map(DecimalText::from),
            advance: row.advance.map(DecimalText::from),
            payment_days: row.quotation.payment_days,
            monthly_pay: row.monthly_pay.map(DecimalText::from),
            lines: row
                .lines
                .into_iter()
                .map(|line| ComparedLineView::of(line, titles))
                .collect(),
        }
    }
}

/// The quotes of a request, side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonView {
    request: QuotationRequestSummary,
    lines: Vec<RequestLineView>,
    /// eligible_then_name: first those that can serve the whole request, then by name. Never by price.
    #[schema(example = "eligible_then_name")]
    ordered_by: &'static str,
    quotations: Vec<ComparedView>,
}

impl From<Comparison> for ComparisonView {
    fn from(comparison: Comparison) -> Self {
        let titles = comparison.titles;
        Self {
            request: QuotationRequestSummary::from(&comparison.request),
            lines: comparison
                .asked
                .into_iter()
                .map(RequestLineView::from)
                .collect(),
            ordered_by: ORDERED_BY,
            quotations: comparison
                .rows
                .into_iter()
                .map(|row| ComparedView::of(row, &titles))
                .collect(),
        }
    }
}

/// Compares what was quoted: the price with its explanation, how the wage gap is closed, free capacity, lead
/// time, advance, freight and total. It is not ranked by price.
#[utoipa::path(tag = "Quotations", operation_id = "quotation_requests_compare",
    params(("id" = Uuid, Path, description = "The request.")),
    responses((status = 200, description = "The quotes.", body = ComparisonView)))]
#[get("/requests-for-quotation/{id}/comparison")]
pub async fn compare(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let compared = comparison::compare(conn, actor, (*id).into())?;
        Ok(Reply::plain(&ComparisonView::from(compared))?)
    })
    .await
}
