//! `GET /reports/reconciliation`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Query, Reply};
use crate::routes::books::{Months, months};
use actix_web::get;
use serde::Serialize;
use store::reports::reconciliation::{self, Row};
use utoipa::ToSchema;

/// One side, month and currency. Amounts are goods and freight, without tax.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciledView {
    /// bought or sold.
    #[schema(example = "bought")]
    side: &'static str,
    /// The month in which the purchase orders were issued.
    #[schema(example = "2026-11")]
    period: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    #[schema(value_type = String, example = "18222.60")]
    ordered: DecimalText,
    /// Invoices less credit notes.
    #[schema(value_type = String, example = "9111.30")]
    invoiced: DecimalText,
    /// What will not be delivered.
    #[schema(value_type = String, example = "0.00")]
    withdrawn: DecimalText,
    /// What is still to be invoiced.
    #[schema(value_type = String, example = "9111.30")]
    open: DecimalText,
    /// Ordered less the three: zero, unless something is wrong.
    #[schema(value_type = String, example = "0.00")]
    difference: DecimalText,
    /// Tax of the documents beyond what was ordered of it: each document rounds its own.
    #[schema(value_type = String, example = "0.01")]
    tax_rounding: DecimalText,
}

/// The reconciliation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reconciliation {
    rows: Vec<ReconciledView>,
}

fn view(row: Row) -> ReconciledView {
    ReconciledView {
        side: row.side.as_str(),
        period: row.period,
        currency: row.ordered.currency().code(),
        ordered: row.ordered.into(),
        invoiced: row.invoiced.into(),
        withdrawn: row.withdrawn.into(),
        open: row.open.into(),
        difference: row.difference.into(),
        tax_rounding: row.tax_rounding.into(),
    }
}

/// Whether all that was ordered is invoiced, withdrawn or open, per side, currency and month.
#[utoipa::path(tag = "Reports", operation_id = "reports_reconciliation", params(Months),
    responses((status = 200, description = "The reconciliation.", body = Reconciliation)))]
#[get("/reports/reconciliation")]
pub async fn report(call: Call, query: Query<Months>) -> Answer {
    let wanted = months(query.0.from.as_ref(), query.0.to.as_ref())?;
    call.read(move |conn, actor| {
        let rows = reconciliation::report(conn, actor, &wanted)?;
        let rows = rows.into_iter().map(view).collect();
        Ok(Reply::plain(&Reconciliation { rows })?)
    })
    .await
}
