//! `GET /reports/premium`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Query, Reply};
use crate::routes::books::months;
use crate::routes::premium_plans::PremiumPlanView;
use actix_web::get;
use serde::{Deserialize, Serialize};
use store::error::Result;
use store::reports::premium::{self, Report, Row};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Whose report, and of which months.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this co-operative, which accepted an order that your organisation pays; your own, unless stated.
    cooperative_id: Option<Uuid>,
    /// From this month on: `2026-11`.
    #[param(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    from: Option<String>,
    /// Up to this month.
    #[param(example = "2026-12", pattern = "^[0-9]{4}-[0-9]{2}$")]
    to: Option<String>,
}

/// The premium for one purpose in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct PremiumRowView {
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// `materials_and_overhead`, wages, hours, democracy, jobs, reserve or community.
    #[schema(example = "community")]
    purpose: &'static str,
    /// What came in during the months, less what credit notes took back. Null for buyers, whom it would tell what others
    /// pay.
    #[schema(value_type = Option<String>, example = "1800.00")]
    received: Option<DecimalText>,
    /// What the plans that have a day in the months come to.
    #[schema(value_type = String, example = "1200.00")]
    planned: DecimalText,
    /// What was spent in the months.
    #[schema(value_type = String, example = "300.00")]
    spent: DecimalText,
    /// All that was received until the end of the months less all that was spent. Null for buyers.
    #[schema(value_type = Option<String>, example = "1500.00")]
    balance: Option<DecimalText>,
}

/// What became of the premium.
#[derive(Debug, Serialize, ToSchema)]
pub struct PremiumReport {
    cooperative_id: Uuid,
    /// By currency and purpose.
    rows: Vec<PremiumRowView>,
    /// The plans that have a day in the months, with what was spent of each line and what came of it.
    plans: Vec<PremiumPlanView>,
}

fn row(row: Row) -> PremiumRowView {
    PremiumRowView {
        currency: row.planned.currency().code(),
        purpose: row.purpose.as_str(),
        received: row.own.map(|own| own.received.into()),
        planned: row.planned.into(),
        spent: row.spent.into(),
        balance: row.own.map(|own| own.balance.into()),
    }
}

fn view(found: Report) -> Result<PremiumReport> {
    let plans = found.plans.into_iter().map(PremiumPlanView::of);
    Ok(PremiumReport {
        cooperative_id: found.cooperative.uuid(),
        rows: found.rows.into_iter().map(row).collect(),
        plans: plans.collect::<Result<_>>()?,
    })
}

/// What a co-operative received of the premium, planned, spent and has left, for each purpose, and what came of it. Every
/// member of the co-operative sees it; those who pay an order that it accepted see what was planned, spent and came of it.
#[utoipa::path(tag = "Reports", operation_id = "reports_premium", params(Wanted),
    responses((status = 200, description = "The report.", body = PremiumReport)))]
#[get("/reports/premium")]
pub async fn report(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = months(query.0.from.as_ref(), query.0.to.as_ref())?;
    let cooperative = query.0.cooperative_id.map(Into::into);
    call.read(move |conn, actor| {
        let found = premium::report(conn, actor, cooperative, &wanted)?;
        Ok(Reply::plain(&view(found)?)?)
    })
    .await
}
