//! Invoices that a buyer received, and the three-way check of order, receipt and invoice.
mod acts;
mod check;
mod read;
mod receive;
mod tolerances;

use crate::http::wire::DecimalText;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::ids::{InvoiceId, PersonId};
use store::received::check::Check;
use store::received::difference::Difference;
use store::received::invoices::{Compared, ReceivedInvoice, word};
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(receive::receive)
        .service(read::list)
        .service(read::get)
        .service(acts::accept)
        .service(acts::refuse)
        .service(check::check)
        .service(tolerances::get)
        .service(tolerances::put);
}

/// Something that differs from what was ordered and accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceDifference {
    /// The order's line (`2`), its freight (`2-F`), or the document's own line where it is not of the order; null for
    /// the foot.
    #[schema(example = "1")]
    line: Option<String>,
    /// not_ordered, billed_beyond_accepted, billed_beyond_ordered, not_yet_billed, unit_price, unit, tax_rate,
    /// line_amount, net_total, tax_total or payable.
    #[schema(example = "unit_price")]
    code: String,
    #[schema(example = "182.226")]
    expected: String,
    #[schema(example = "182.236")]
    found: String,
    /// What it comes to without tax, above zero where more is asked for.
    #[schema(example = "1.00")]
    effect: String,
    /// Whether it lies within your tolerances.
    within: bool,
    #[schema(example = "A unit costs 182.236, and 182.226 by the order.")]
    detail: String,
}

impl From<Difference> for InvoiceDifference {
    fn from(one: Difference) -> Self {
        Self {
            line: one.line,
            code: one.code,
            expected: one.expected,
            found: one.found,
            effect: one.effect,
            within: one.within,
            detail: one.detail,
        }
    }
}

/// What a three-way check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceCheck {
    /// Whether nothing differs by more than the tolerances.
    matches: bool,
    /// Line by line, then the foot.
    differences: Vec<InvoiceDifference>,
}

impl From<Check> for InvoiceCheck {
    fn from(check: Check) -> Self {
        let matches = check.matches();
        let differences = check.differences.into_iter();
        Self {
            matches,
            differences: differences.map(InvoiceDifference::from).collect(),
        }
    }
}

/// An invoice or a credit note that was received, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedInvoiceSummary {
    id: Uuid,
    /// invoice or credit_note.
    #[schema(example = "invoice")]
    kind: &'static str,
    /// The number that its seller gave it.
    #[schema(example = "INV-2026-000001")]
    number: String,
    purchase_order_id: Uuid,
    cooperative_id: Uuid,
    issued_on: NaiveDate,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// Without tax.
    #[schema(value_type = String, example = "18222.60")]
    net: DecimalText,
    #[schema(value_type = String, example = "3826.75")]
    tax: DecimalText,
    /// What it says was paid in advance.
    #[schema(value_type = String, example = "0.00")]
    prepaid: DecimalText,
    #[schema(value_type = String, example = "22049.35")]
    payable: DecimalText,
    /// received, accepted or refused.
    #[schema(example = "received")]
    status: &'static str,
    received_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<Uuid>,
    /// Why it was refused, or null.
    reason: Option<String>,
    /// SHA-256 of the file, in hexadecimal digits.
    sha256: String,
}

impl From<ReceivedInvoice> for ReceivedInvoiceSummary {
    fn from(one: ReceivedInvoice) -> Self {
        Self {
            id: one.id.uuid(),
            kind: word(one.kind),
            number: one.number,
            purchase_order_id: one.purchase_order.uuid(),
            cooperative_id: one.cooperative.uuid(),
            issued_on: one.issued_on,
            currency: one.payable.currency().code(),
            net: one.net.into(),
            tax: one.tax.into(),
            prepaid: one.prepaid.into(),
            payable: one.payable.into(),
            status: one.status.as_str(),
            received_at: one.received_at.utc(),
            decided_at: one.decided.map(|(_, at)| Time::utc(at)),
            decided_by: one.decided.map(|(by, _)| PersonId::uuid(by)),
            reason: one.reason,
            sha256: one.sha256,
        }
    }
}

/// An invoice or a credit note that was received, compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedInvoiceView {
    #[serde(flatten)]
    document: ReceivedInvoiceSummary,
    /// The document of this number that was issued here, which is in the books already; or null.
    invoice_id: Option<Uuid>,
    /// As things stand now, and once it is decided as they stood then.
    check: InvoiceCheck,
}

impl From<Compared> for ReceivedInvoiceView {
    fn from(compared: Compared) -> Self {
        Self {
            document: compared.document.into(),
            invoice_id: compared.copy_of.map(InvoiceId::uuid),
            check: compared.check.into(),
        }
    }
}
