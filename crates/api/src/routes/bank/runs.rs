//! `POST` and `GET /payment-runs`, what people do with one, and its file for the bank.
use crate::http::problem::internal;
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use accounting::payments::{bank_csv, pain001};
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::bank::runs::{self, INVOICES_MAX, PaymentRun};
use store::bank::transfers::{Holder, Transfer};
use store::books::details;
use store::error::Result;
use store::ids::{InvoiceId, PaymentRunId, PersonId};
use store::{Actor, Conn};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Invoices to be paid together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPaymentRun {
    /// When the bank is to pay: today or later.
    execution_on: NaiveDate,
    /// Invoices of yours with something open: all of it is paid.
    #[schema(min_items = 1, max_items = 500)]
    invoice_ids: Vec<Uuid>,
}

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderView {
    #[schema(example = "Cooperativa La Marea")]
    name: String,
    tax_id: Option<String>,
    /// iban, cbu or domestic.
    #[schema(example = "cbu")]
    account_kind: &'static str,
    #[schema(example = "2850590940090418135201")]
    account_number: String,
    account_branch: Option<String>,
}

impl From<Holder> for HolderView {
    fn from(holder: Holder) -> Self {
        let (kind, number, branch) = details::account_parts(&holder.account);
        Self {
            account_kind: kind,
            account_number: number.to_owned(),
            account_branch: branch.map(str::to_owned),
            name: holder.name,
            tax_id: holder.tax_id,
        }
    }
}

/// What a run pays of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferView {
    invoice_id: Uuid,
    /// Comes back in the bank's statements.
    #[schema(example = "INV-2026-000001/PR-2026-000001-1")]
    end_to_end: String,
    /// The number of the invoice.
    #[schema(example = "INV-2026-000001")]
    reference: String,
    creditor_id: Uuid,
    /// The account to which it goes, as it was when the run was proposed.
    creditor: HolderView,
    amount: MoneyText,
    /// When your bank booked it, as your own statement says; null until one does.
    booked_on: Option<NaiveDate>,
}

impl From<Transfer> for TransferView {
    fn from(one: Transfer) -> Self {
        Self {
            invoice_id: one.invoice.uuid(),
            end_to_end: one.end_to_end,
            reference: one.reference,
            creditor_id: one.creditor.uuid(),
            creditor: one.holder.into(),
            amount: one.amount.into(),
            booked_on: one.booked_on,
        }
    }
}

/// A payment run. Nothing counts as paid by it: whoever was paid records it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentRunView {
    id: Uuid,
    #[schema(example = "PR-2026-000001")]
    reference: String,
    execution_on: NaiveDate,
    /// proposed, approved or cancelled.
    #[schema(example = "proposed")]
    status: &'static str,
    /// Your account, as it was when the run was proposed.
    debtor: HolderView,
    proposed_by: Uuid,
    proposed_at: DateTime<Utc>,
    /// Those who have approved; two are needed besides the one who proposed.
    approved_by: Vec<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    transfers: Vec<TransferView>,
}

impl From<PaymentRun> for PaymentRunView {
    fn from(run: PaymentRun) -> Self {
        Self {
            id: run.id.uuid(),
            reference: run.reference,
            execution_on: run.execution_on,
            status: run.status.as_str(),
            debtor: run.debtor.into(),
            proposed_by: run.proposed_by.uuid(),
            proposed_at: run.proposed_at.utc(),
            approved_by: run.approvals.into_iter().map(PersonId::uuid).collect(),
            approved_at: run.approved_at.map(store::sql::Time::utc),
            transfers: run.transfers.into_iter().map(TransferView::from).collect(),
        }
    }
}

/// Proposes to pay invoices by the bank. Each account, yours and the co-operatives', comes from the billing details.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_propose", request_body = NewPaymentRun,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The run.", body = PaymentRunView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "duplicate", "billing_details_missing", "not_payable"]))))]
#[post("/payment-runs")]
pub async fn propose(call: Call, body: Body<NewPaymentRun>) -> Answer {
    let mut fields = Fields::new();
    let asked = &body.value.invoice_ids;
    let chosen: BTreeSet<InvoiceId> = asked.iter().map(|id| (*id).into()).collect();
    fields.require(
        (1..=INVOICES_MAX).contains(&chosen.len()) && chosen.len() == asked.len(),
        "/invoice_ids",
        format!("A run has 1 to {INVOICES_MAX} invoices, each once."),
    );
    fields.finish(|| Some(()))?;
    let execution_on = body.value.execution_on;
    call.write(Some(body.digest), move |conn, actor| {
        let made = runs::propose(conn, actor, execution_on, &chosen)?;
        let location = format!("/api/v1/payment-runs/{}", made.id);
        let version = made.version;
        Ok(Reply::created(
            location,
            &PaymentRunView::from(made),
            version,
        )?)
    })
    .await
}

/// Lists your organisation's payment runs, oldest first.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_list", params(Paging),
    responses((status = 200, description = "A page.", body = List<PaymentRunView>)))]
#[get("/payment-runs")]
pub async fn list(call: Call, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = runs::list(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            PaymentRunView::from,
        ))?)
    })
    .await
}

/// One payment run of your organisation.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_get",
    params(("id" = Uuid, Path, description = "The run.")),
    responses((status = 200, description = "The run.", body = PaymentRunView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/payment-runs/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = runs::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&PaymentRunView::from(found), version)?)
    })
    .await
}

/// Approves, as somebody who did not propose it. With the second approval the bank can have the run. Refused where an
/// invoice or an account has changed since it was proposed.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_approve",
    params(("id" = Uuid, Path, description = "The run."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The run.", body = PaymentRunView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "distinct_person_required", "duplicate", "billing_details_missing"]))))]
#[post("/payment-runs/{id}/approve")]
pub async fn approve(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, runs::approve).await
}

/// Takes a run back that nobody needs, or that the bank did not carry out: its invoices can be in another. Make sure
/// that the bank will not pay it.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_cancel",
    params(("id" = Uuid, Path, description = "The run."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The run.", body = PaymentRunView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/payment-runs/{id}/cancel")]
pub async fn cancel(call: Call, id: web::Path<Uuid>) -> Answer {
    act(call, *id, runs::cancel).await
}

async fn act(
    call: Call,
    id: Uuid,
    act: impl Fn(&mut Conn, &Actor, PaymentRunId, i64) -> Result<PaymentRun> + Send + 'static,
) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let found = act(conn, actor, id.into(), version)?;
        let version = found.version;
        Ok(Reply::ok(&PaymentRunView::from(found), version)?)
    })
    .await
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// pain001 (ISO 20022 pain.001.001.09) or csv (a row for each transfer).
    #[param(example = "pain001", pattern = "^(pain001|csv)$")]
    format: Option<String>,
}

/// An approved payment run as the file that the bank is given. It is the same each time, with the same message id, so
/// that a bank knows a file that it is given twice.
#[utoipa::path(tag = "Bank", operation_id = "payment_runs_file",
    params(("id" = Uuid, Path, description = "The run."), Wanted),
    responses((status = 200, description = "The file.", content(
        (String = "application/xml"), (String = "text/csv")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[get("/payment-runs/{id}/file")]
pub async fn file(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let mut fields = Fields::new();
    let csv = match query.0.format.as_deref() {
        None | Some("pain001") => Some(false),
        Some("csv") => Some(true),
        Some(_) => None,
    };
    fields.require(csv.is_some(), "?format", "A format is pain001 or csv.");
    let csv = fields.finish(|| csv)?;
    call.read(move |conn, actor| {
        let (reference, run) = runs::approved(conn, actor, (*id).into())?;
        let unwritten = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "a payment run could not be written");
            internal()
        };
        Ok(if csv {
            let made = bank_csv(&run).map_err(|error| unwritten(&error))?;
            Reply::file(&format!("{reference}.csv"), "text/csv", made.bytes)
        } else {
            let made = pain001(&run).map_err(|error| unwritten(&error))?;
            Reply::file(&format!("{reference}.xml"), "application/xml", made.bytes)
        })
    })
    .await
}
