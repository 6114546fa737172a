//! Changing a draft: less of a line, or without it. More is a new need.
use super::reprice::{self, Rise, open_lines};
use super::rows::{self, Order, Origin};
use super::{capacity, journal, lines, priced, seen};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, FieldError, Refusal, Result};
use crate::ids::OrderId;
use money::Micro;
use ordering::OrderState;
use std::collections::BTreeMap;

/// Lines that an order can have at most: what a proposal can hold.
pub const LINES_MAX: usize = 1000;

/// Leaves of the draft what `kept` names, by position, at the same or lower quantities. The rest of the
/// capacity is free, prices are made anew, and approvals of the earlier revision are void.
///
/// # Errors
/// [`Code::WrongState`] unless it is a draft, and for the order of a pool, an agreement or a quotation: its
/// quantities were agreed;
/// [`Code::InvalidInput`] for a position that it does not have, a higher quantity, or none kept;
/// [`Code::QuantityNotOffered`], [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`].
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    kept: &BTreeMap<i32, Micro>,
) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    require_by_proposal(&order)?;
    if order.state != OrderState::Draft || order.pool.is_some() {
        let detail = if order.pool.is_some() {
            "A pool's order has the quantities of its members; it can be cancelled.".to_owned()
        } else {
            format!(
                "The order is {}; only a draft changes: withdraw it first.",
                order.state
            )
        };
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let before = journal::entry(&order);
    let present = lines::of_order(conn, &order)?;
    check(open_lines(&present), kept)?;
    let dropped: Vec<i32> = open_lines(&present)
        .map(|line| line.position)
        .filter(|position| !kept.contains_key(position))
        .collect();
    capacity::shrink(conn, id, kept)?;
    lines::remove(conn, id, &dropped)?;
    let wanted = open_lines(&present)
        .filter_map(|line| {
            let quantity = kept.get(&line.position)?;
            Some(reprice::wanted(line, *quantity, Rise::Allowed))
        })
        .collect();
    let open = priced::price(conn, order.buyer, by.now.date(), wanted)?;
    priced::require_offered(&open)?;
    let repriced = reprice::settle(conn, &mut order, &present, open, Rise::Allowed)?;
    lines::rewrite(conn, id, &repriced.open)?;
    order.revision += 1;
    let order = rows::save(conn, order)?;
    journal::record(conn, by, "order.change", Some(&before), &order)?;
    Ok(order)
}

/// What was called off or quoted is ordered as it was agreed, or not at all.
fn require_by_proposal(order: &Order) -> Result<()> {
    let detail = match order.origin {
        Origin::Proposal(_) => return Ok(()),
        Origin::Agreement(_) => {
            "A call-off has the quantity that was called off: cancel it, which gives the quantity back, \
             and call off another."
        }
        Origin::Quotation(_) => {
            "The order is for what was quoted: cancel it, and ask for another quotation."
        }
    };
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// Each kept line exists and is not more than before.
fn check<'a>(
    present: impl Iterator<Item = &'a lines::Line>,
    kept: &BTreeMap<i32, Micro>,
) -> Result<()> {
    let present: BTreeMap<i32, Micro> = present.map(|l| (l.position, l.quantity)).collect();
    let wrong: Vec<FieldError> = kept
        .iter()
        .filter_map(|(position, quantity)| {
            let detail = match present.get(position) {
                None => format!("The order has no line {position} that can change."),
                Some(most) if quantity > most => {
                    format!("Line {position} is for {most}: a draft is changed downwards only.")
                }
                Some(_) => return None,
            };
            Some(FieldError {
                pointer: "/lines".to_owned(),
                detail,
            })
        })
        .collect();
    if wrong.is_empty() && !kept.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(
        Code::InvalidInput,
        "An order keeps at least one of its lines, none at a higher quantity.",
    );
    refusal.fields = wrong;
    Err(refusal.into())
}
