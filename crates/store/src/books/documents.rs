//! What invoices and credit notes post, in the co-operative's book and in the payer's.
use super::{NewEntry, ebilling, post};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::fulfilment::invoices::{DocumentKind, Invoice};
use crate::ids::{OrderId, OrganisationId};
use crate::orders::payers::Payer;
use crate::orders::purchase_orders;
use crate::schema::order_lines;
use crate::sql::{Json, Time};
use accounting::postings::{LineAmounts, Side, by_purpose};
use accounting::{EntryKind, Postings, Purpose, postings};
use diesel::prelude::*;
use money::{Currency, Money, parse_decimal};
use std::collections::BTreeMap;

/// Posts a document that was just issued in both books, and issues it as UBL; nothing where nothing of it was ever
/// invoiced.
///
/// # Errors
/// [`crate::Code::BillingDetailsMissing`] where a side lacks what an invoice has to say.
pub(crate) fn issued(conn: &mut Conn, document: &Invoice, now: Time) -> Result<()> {
    let kind = match document.kind {
        DocumentKind::Invoice => EntryKind::Invoice,
        DocumentKind::CreditNote => EntryKind::CreditNote,
        DocumentKind::WorkDone => EntryKind::WorkDone,
    };
    if kind == EntryKind::CreditNote && document.payable.minor() == 0 {
        return Ok(());
    }
    let order = purchase_orders::whichever(conn, document.purchase_order)?.order;
    let lines = amounts(conn, order, document)?;
    let buyer = match document.account {
        Payer::Buyer => Side::Buyer,
        Payer::Fund => Side::Fund,
    };
    let sides = [
        (Side::Seller, document.cooperative, document.payer),
        (buyer, document.payer, document.cooperative),
    ];
    for (side, organisation, counterparty) in in_order(sides) {
        let postings = posted(side, document, &lines)?;
        let entry = NewEntry {
            organisation,
            kind,
            source: document.id.uuid(),
            document: &document.reference,
            date: document.issued_on,
            purchase_order: Some(document.purchase_order),
            counterparty,
            reverses: None,
            postings,
        };
        post(conn, &entry, now)?;
    }
    ebilling::issue(conn, document, &lines, now)
}

/// Books are written in the order of their organisations, so that two acts wait for each other and do not lock
/// each other out.
pub(super) fn in_order<S>(
    mut sides: [(S, OrganisationId, OrganisationId); 2],
) -> [(S, OrganisationId, OrganisationId); 2] {
    sides.sort_by_key(|(_, organisation, _)| *organisation);
    sides
}

fn posted(side: Side, document: &Invoice, lines: &[LineAmounts]) -> Result<Postings> {
    Ok(match document.kind {
        DocumentKind::Invoice => {
            postings::invoice(side, lines, document.payable, document.deducted)?
        }
        DocumentKind::CreditNote => postings::credit_note(side, lines, document.payable)?,
        DocumentKind::WorkDone => {
            let totals = document.totals;
            let work = totals.goods().checked_add(totals.freight())?;
            postings::work_done(
                side,
                work,
                totals.vat(),
                document.payable,
                document.deducted,
            )?
        }
    })
}

/// What the books take of each line of a document.
///
/// # Errors
/// Those of the database.
fn amounts(conn: &mut Conn, order: OrderId, document: &Invoice) -> Result<Vec<LineAmounts>> {
    let currency = document.totals.currency();
    let weights = purposes(conn, order, currency)?;
    let mut lines = Vec::with_capacity(document.lines.len());
    for line in &document.lines {
        let booked = line.booked;
        let premium = booked.totals.goods().checked_sub(booked.market)?;
        let of = weights.get(&line.line).copied().unwrap_or_default();
        lines.push(LineAmounts {
            market: booked.market,
            premium: by_purpose(premium, of)?,
            freight: booked.totals.freight(),
            tax: booked.totals.vat(),
        });
    }
    Ok(lines)
}

/// What the premium of each line of the order protects, in minor units by purpose, from the price's explanation.
///
/// # Errors
/// Those of the database.
fn purposes(
    conn: &mut Conn,
    order: OrderId,
    currency: Currency,
) -> Result<BTreeMap<i32, [i64; 7]>> {
    let rows: Vec<(i32, Json)> = order_lines::table
        .filter(order_lines::order_id.eq(order))
        .select((order_lines::position, order_lines::price_answer))
        .load(conn)?;
    rows.into_iter()
        .map(|(position, answer)| {
            let mut weights = [0; 7];
            for (weight, purpose) in weights.iter_mut().zip(Purpose::ALL) {
                let pointer = format!("/premium_by_purpose/{}", purpose.as_str());
                let text = answer.0.pointer(&pointer).and_then(|text| text.as_str());
                let value = text.and_then(|text| parse_decimal(text).ok());
                let value = value.ok_or_else(|| corrupt("order_lines.price_answer"))?;
                *weight = Money::from_decimal(value, currency)?.minor();
            }
            Ok((position, weights))
        })
        .collect()
}
