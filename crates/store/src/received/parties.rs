//! Whose a document is: the purchase order that it names, and the two sides of that.
use crate::books::details;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, if_found};
use crate::fulfilment::billing;
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::orders::payers::Payer;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::schema::{purchase_order_payers, purchase_orders as table};
use accounting::ubl::{DocumentType, Party, Received};
use diesel::prelude::*;

/// The purchase order that the document bills, where `organisation` pays it as a buyer, its sides are those that the
/// document names, and its currency is the document's.
///
/// # Errors
/// [`Code::NotFound`], [`Code::DocumentRefused`], [`Code::CurrencyMismatch`], each with the path of the element.
pub(super) fn purchase_order(
    conn: &mut Conn,
    organisation: OrganisationId,
    received: &Received,
) -> Result<PurchaseOrder> {
    let draft = &received.draft;
    let at = |path: &str| match draft.document_type {
        DocumentType::Invoice => format!("/Invoice/{path}"),
        DocumentType::CreditNote => format!("/CreditNote/{path}"),
    };
    let refuse = |code, detail: String, path: &str| Refusal::new(code, detail).at(at(path));
    let order = "OrderReference/ID";
    let Some(reference) = &draft.order else {
        let detail = "The document names no purchase order.".to_owned();
        return Err(refuse(Code::DocumentRefused, detail, order).into());
    };
    let found = of_reference(conn, organisation, reference)?;
    if found.is_empty() {
        let detail = format!("You have no purchase order {reference} to pay.");
        return Err(refuse(Code::NotFound, detail, order).into());
    }
    let (buyer, _) = details::party(conn, organisation)?;
    if !is(&buyer, &draft.buyer) {
        let detail = format!("The document is for {}, not for you.", draft.buyer.name);
        let path = "AccountingCustomerParty/Party";
        return Err(refuse(Code::DocumentRefused, detail, path).into());
    }
    for issued in found {
        let seller = if_found(details::party(conn, issued.cooperative))?;
        if !seller.is_some_and(|(seller, _)| is(&seller, &draft.seller)) {
            continue;
        }
        let currency = issued.totals.currency();
        if currency != draft.currency {
            let detail = format!("{reference} is in {currency}.");
            let path = "DocumentCurrencyCode";
            return Err(refuse(Code::CurrencyMismatch, detail, path).into());
        }
        return Ok(issued);
    }
    let detail = format!(
        "{} is not the co-operative that {reference} went to.",
        draft.seller.name
    );
    let path = "AccountingSupplierParty/Party";
    Err(refuse(Code::DocumentRefused, detail, path).into())
}

/// Purchase orders of this reference that the organisation pays as a buyer: a reference is distinct among its buyer's
/// only, and a pool's members pay one that another placed.
fn of_reference(
    conn: &mut Conn,
    organisation: OrganisationId,
    reference: &str,
) -> Result<Vec<PurchaseOrder>> {
    let mut ids: Vec<PurchaseOrderId> = table::table
        .filter(table::buyer_id.eq(organisation))
        .filter(table::reference.eq(reference))
        .select(table::id)
        .load(conn)?;
    let shared: Vec<PurchaseOrderId> = purchase_order_payers::table
        .inner_join(table::table)
        .filter(purchase_order_payers::organisation_id.eq(organisation))
        .filter(table::reference.eq(reference))
        .select(table::id)
        .load(conn)?;
    ids.extend(shared);
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        let issued = purchase_orders::whichever(conn, id)?;
        let lines = billing::of(conn, &issued)?;
        let pays = lines
            .iter()
            .any(|line| line.payer == organisation && line.account == Payer::Buyer);
        if pays {
            found.push(issued);
        }
    }
    Ok(found)
}

/// Whether the document names this organisation: by its tax id, and where it has none on file by its name.
fn is(known: &Party, named: &Party) -> bool {
    match &known.tax_id {
        Some(id) => named.tax_id.as_ref() == Some(id),
        None => named.tax_id.is_none() && named.name.to_lowercase() == known.name.to_lowercase(),
    }
}
