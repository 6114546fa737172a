//! `GET /journal-entries` and `GET /journal-entries/{id}`.
use super::months;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};
use store::books::entries::{self, Booked};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which entries of the journal.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Chosen {
    /// From this month on: `2026-11`.
    #[param(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    from: Option<String>,
    /// Up to this month.
    #[param(example = "2026-12", pattern = "^[0-9]{4}-[0-9]{2}$")]
    to: Option<String>,
    /// Of this purchase order.
    purchase_order_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One line of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingView {
    /// The account's key in the chart.
    #[schema(example = "premium_paid_wages")]
    account: &'static str,
    /// Zero where it is a credit.
    #[schema(value_type = String, example = "1200.00")]
    debit: DecimalText,
    /// Zero where it is a debit.
    #[schema(value_type = String, example = "0.00")]
    credit: DecimalText,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
}

/// An entry: its debits are its credits.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalEntryView {
    /// The same for ever, in every export.
    id: Uuid,
    /// The month of the book.
    #[schema(example = "2026-11")]
    period: String,
    /// Its place in the month, from 1, without gaps.
    #[schema(example = 17)]
    number: i64,
    /// The day in the book.
    booked_on: NaiveDate,
    /// The document's date: earlier than the book's where its month was locked.
    document_date: NaiveDate,
    /// invoice, credit_note, work_done, advance, payment, refund, grant, fund_advance, fund_repayment or reversal.
    #[schema(example = "invoice")]
    kind: &'static str,
    /// The document's reference, or the bank's.
    #[schema(example = "INV-2026-000001")]
    document: String,
    purchase_order_id: Option<Uuid>,
    /// `PO-2026-000001`, or null.
    #[schema(example = "PO-2026-000001")]
    purchase_order: Option<String>,
    counterparty_id: Uuid,
    /// Its name when this was written.
    #[schema(example = "Cooperativa La Mar")]
    counterparty: String,
    /// The entry that this one takes back, or null.
    reverses: Option<Uuid>,
    postings: Vec<PostingView>,
}

impl From<Booked> for JournalEntryView {
    fn from(booked: Booked) -> Self {
        let entry = booked.entry;
        let postings = entry.postings.as_slice().iter().map(|posting| {
            let zero = Money::zero(posting.amount.currency());
            let (debit, credit) = if posting.amount.minor() > 0 {
                (posting.amount, zero)
            } else {
                let credit = Money::new(-posting.amount.minor(), posting.amount.currency());
                (zero, credit)
            };
            PostingView {
                account: posting.account.key(),
                debit: debit.into(),
                credit: credit.into(),
                currency: posting.amount.currency().code(),
            }
        });
        Self {
            id: entry.id,
            period: booked.period,
            number: entry.number,
            booked_on: entry.date,
            document_date: booked.document_date,
            kind: entry.kind.as_str(),
            document: entry.document,
            purchase_order_id: booked.purchase_order.map(store::ids::PurchaseOrderId::uuid),
            purchase_order: entry.purchase_order,
            counterparty_id: booked.counterparty.uuid(),
            counterparty: entry.counterparty,
            reverses: entry.reverses,
            postings: postings.collect(),
        }
    }
}

/// Lists the entries of your organisation's journal in the order in which they were written: goods, freight, tax,
/// each purpose of the premium, advances, subsidies and grants on accounts of their own. For accountants,
/// treasurers, fund stewards, approvers and admins.
#[utoipa::path(tag = "Books", operation_id = "journal_entries_list", params(Chosen),
    responses((status = 200, description = "A page.", body = List<JournalEntryView>)))]
#[get("/journal-entries")]
pub async fn list(call: Call, query: Query<Chosen>) -> Answer {
    let chosen = query.0;
    let page = Page::parse(chosen.limit, chosen.cursor.as_deref())?;
    let mut wanted = months(chosen.from.as_ref(), chosen.to.as_ref())?;
    wanted.purchase_order = chosen.purchase_order_id.map(Into::into);
    call.read(move |conn, actor| {
        let rows = entries::list(conn, actor, &wanted, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.entry.id,
            JournalEntryView::from,
        ))?)
    })
    .await
}

/// One entry of your organisation's journal.
#[utoipa::path(tag = "Books", operation_id = "journal_entries_get",
    params(("id" = Uuid, Path, description = "The entry.")),
    responses((status = 200, description = "The entry: it never changes.", body = JournalEntryView)))]
#[get("/journal-entries/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let booked = entries::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&JournalEntryView::from(booked))?)
    })
    .await
}
