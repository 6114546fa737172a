//! `GET /bank-entries`, and what people do with a movement that was not matched.
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, List, Page, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::bank::entries::{self, Allocation, Entry, Status, Wanted};
use store::ids::PaymentId;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What a movement pays of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankAllocationView {
    invoice_id: Uuid,
    amount: MoneyText,
    /// end_to_end, reference, amount_and_counterparty or person.
    #[schema(example = "end_to_end")]
    matched_by: String,
    /// The payment that was recorded; null of money that went out.
    payment_id: Option<Uuid>,
}

impl From<Allocation> for BankAllocationView {
    fn from(one: Allocation) -> Self {
        Self {
            invoice_id: one.invoice.uuid(),
            amount: one.amount.into(),
            matched_by: one.matched_by,
            payment_id: one.payment.map(PaymentId::uuid),
        }
    }
}

/// A movement of a bank account.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankEntryView {
    id: Uuid,
    statement_id: Uuid,
    booked_on: NaiveDate,
    /// Above zero came in.
    amount: MoneyText,
    /// What of it pays no document.
    left: MoneyText,
    /// What the bank calls it.
    bank_reference: Option<String>,
    end_to_end: Option<String>,
    /// What was written with it.
    text: String,
    counterparty: Option<String>,
    counterparty_account: Option<String>,
    /// matched, unmatched or ignored.
    #[schema(example = "unmatched")]
    status: &'static str,
    /// What it turned out to be: settled, partial, overpaid, already_paid, already_recorded, ambiguous, contradicts
    /// (another currency or direction), reversal, unknown, or payment_reversed (what it paid was taken back).
    #[schema(example = "ambiguous")]
    reason: String,
    /// Documents that could be meant.
    candidates: Vec<Uuid>,
    /// Why somebody ignored it.
    ignored_because: Option<String>,
    allocations: Vec<BankAllocationView>,
}

impl From<Entry> for BankEntryView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.uuid(),
            statement_id: entry.statement.uuid(),
            booked_on: entry.booked_on,
            amount: entry.amount.into(),
            left: entry.left.into(),
            bank_reference: entry.bank_reference,
            end_to_end: entry.end_to_end,
            text: entry.text,
            counterparty: entry.counterparty,
            counterparty_account: entry.counterparty_account,
            status: entry.status.as_str(),
            reason: entry.reason,
            candidates: entry.candidates,
            ignored_because: entry.ignored_because,
            allocations: entry.allocations.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which movements.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those of one statement, in the order of its file.
    statement_id: Option<Uuid>,
    /// matched, unmatched (the work list) or ignored.
    #[param(example = "unmatched", pattern = "^(matched|unmatched|ignored)$")]
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the movements of your organisation's bank accounts: `?status=unmatched` is the work list.
#[utoipa::path(tag = "Bank", operation_id = "bank_entries_list", params(Filter),
    responses((status = 200, description = "A page.", body = List<BankEntryView>)))]
#[get("/bank-entries")]
pub async fn list(call: Call, query: Query<Filter>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    let mut fields = Fields::new();
    let status = query.0.status.as_deref().map(Status::parse);
    let detail = "A status is matched, unmatched or ignored.";
    fields.require(status != Some(None), "?status", detail);
    let wanted = fields.finish(|| {
        Some(Wanted {
            statement: query.0.statement_id.map(Into::into),
            status: status.flatten(),
        })
    })?;
    call.read(move |conn, actor| {
        let rows = entries::list(conn, actor, wanted, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            BankEntryView::from,
        ))?)
    })
    .await
}

/// One movement.
#[utoipa::path(tag = "Bank", operation_id = "bank_entries_get",
    params(("id" = Uuid, Path, description = "The movement.")),
    responses((status = 200, description = "The movement.", body = BankEntryView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/bank-entries/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = entries::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&BankEntryView::from(found), version)?)
    })
    .await
}

/// Which document a movement pays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryMatch {
    invoice_id: Uuid,
    /// At most what is left of the movement, and what is open of the document.
    amount: MoneyText,
}

/// Says which document a movement pays. Money that came in is recorded as its payment.
#[utoipa::path(tag = "Bank", operation_id = "bank_entries_match", request_body = EntryMatch,
    params(("id" = Uuid, Path, description = "The movement."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The movement.", body = BankEntryView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "over_paid", "duplicate", "currency_mismatch"]))))]
#[post("/bank-entries/{id}/match")]
pub async fn assign(call: Call, id: web::Path<Uuid>, body: Body<EntryMatch>) -> Answer {
    let mut fields = Fields::new();
    let amount = body.value.amount.read(&mut fields, "/amount");
    if let Some(amount) = amount {
        fields.require(
            amount.minor() > 0,
            "/amount/amount",
            "A part is above zero.",
        );
    }
    let amount = fields.finish(|| amount)?;
    let invoice = body.value.invoice_id.into();
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = entries::assign(conn, actor, (*id).into(), version, (invoice, amount))?;
        let version = found.version;
        Ok(Reply::ok(&BankEntryView::from(found), version)?)
    })
    .await
}

/// Why a movement pays no document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryIgnored {
    #[schema(example = "The bank's own charge.", min_length = 1, max_length = 500)]
    reason: String,
}

/// Says that what is left of a movement pays no document.
#[utoipa::path(tag = "Bank", operation_id = "bank_entries_ignore", request_body = EntryIgnored,
    params(("id" = Uuid, Path, description = "The movement."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The movement.", body = BankEntryView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/bank-entries/{id}/ignore")]
pub async fn ignore(call: Call, id: web::Path<Uuid>, body: Body<EntryIgnored>) -> Answer {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &body.value.reason, 500);
    let reason = fields.finish(|| reason)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let found = entries::ignore(conn, actor, (*id).into(), version, &reason)?;
        let version = found.version;
        Ok(Reply::ok(&BankEntryView::from(found), version)?)
    })
    .await
}
