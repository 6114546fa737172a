//! Calling off: an order under a framework agreement, at its price. The vote was the agreement's, so the order
//! is confirmed at once and its purchase order goes out.
use super::confirm::{send_out, tell_payers};
use super::payers::Payers;
use super::place::{self, Source};
use super::priced::{self, Locked, Wanted};
use super::rows::{self, Order, Origin};
use super::views::{self, SeenOrder};
use super::{journal, lines};
use crate::actor::Actor;
use crate::agreements::call_offs as commitments;
use crate::agreements::call_offs::Part;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{AgreementId, ListingId};
use chrono::TimeDelta;
use money::Micro;
use ordering::{ORDER, OrderAct};
use std::collections::BTreeMap;

/// Orders the parts under the agreement. Its co-operative has `answer_within` to answer.
///
/// # Errors
/// Those of [`commitments::take`]; [`crate::Code::SoldOut`], [`crate::Code::VatRateMissing`],
/// [`crate::Code::ProposalStale`] where a region is not served.
pub fn call_off(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    parts: &[Part],
    answer_within: TimeDelta,
) -> Result<SeenOrder> {
    let (agreement, chosen) = commitments::take(conn, by, id, parts)?;
    let mut wanted = Vec::new();
    for (position, (part, line)) in (1..).zip(parts.iter().zip(&chosen)) {
        let quote = line.quote(agreement.payment())?;
        let unit_freight = None;
        wanted.push(Wanted {
            position,
            need_position: None,
            listing: line.listing,
            region: part.region.clone(),
            due_on: part.due_on,
            quantity: part.quantity,
            pooled: Some(line.committed),
            limit: None,
            locked: Some(Box::new(Locked {
                quote,
                unit_freight,
            })),
        });
    }
    let priced = priced::price(conn, by.organisation, by.now.date(), wanted)?;
    priced::require_offered(&priced)?;
    let source = Source {
        origin: Origin::Agreement(id),
        need: None,
        pool: None,
        currency: agreement.currency,
    };
    let (mut order, shares) =
        place::write(conn, by, source, &Payers::Single, &priced, answer_within)?;
    for act in [OrderAct::Submit, OrderAct::Approve, OrderAct::Confirm] {
        order.state = ORDER.next(order.state, act)?;
    }
    order.confirmed_at = Some(by.now);
    send_out(conn, by, &order, &priced, answer_within)?;
    let order = rows::save(conn, order)?;
    tell_payers(conn, by, &order, &shares)?;
    journal::record(conn, by, "order.call_off", None, &order)?;
    views::see(conn, by, order.id)
}

/// The orders that were called off under an agreement, for its two sides.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    after: Option<crate::ids::OrderId>,
    limit: i64,
) -> Result<Vec<Order>> {
    let agreement = crate::agreements::get(conn, by, id)?;
    if ![agreement.buyer, agreement.cooperative].contains(&by.organisation) {
        return Err(Refusal::not_found().into());
    }
    rows::called_off(conn, id, after, limit)
}

/// Gives back to the agreement what an order that comes to nothing had called off.
///
/// # Errors
/// Those of the database.
pub(super) fn give_back(conn: &mut Conn, order: &Order) -> Result<()> {
    let Origin::Agreement(id) = order.origin else {
        return Ok(());
    };
    let mut quantities: BTreeMap<ListingId, Micro> = BTreeMap::new();
    for line in lines::of_order(conn, order)? {
        let sum = quantities.entry(line.listing).or_default();
        *sum = sum.checked_add(line.quantity)?;
    }
    commitments::give_back(conn, id, &quantities)
}
