//! Prices that were agreed before the order was placed: they stay, whatever market and rules do since.
use super::lines::Line;
use super::priced::Locked;
use super::rows::{Order, Origin};
use crate::catalogue::pricer::{PaymentTerms, Quote};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::RuleSetId;
use crate::schema::order_lines;
use crate::sql::Json;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The agreed prices of the order's lines by position, as they are kept with them; none for an order by a
/// proposal.
///
/// # Errors
/// Those of the database.
pub(super) fn of_order(
    conn: &mut Conn,
    order: &Order,
    lines: &[Line],
) -> Result<BTreeMap<i32, Box<Locked>>> {
    if let Origin::Proposal(_) = order.origin {
        return Ok(BTreeMap::new());
    }
    let terms = PaymentTerms {
        advance_rate: order.advance_rate,
        payment_days: order.payment_days,
    };
    let kept: Vec<(i32, RuleSetId, Json)> = order_lines::table
        .filter(order_lines::order_id.eq(order.id))
        .select((
            order_lines::position,
            order_lines::rule_set_id,
            order_lines::price_request,
        ))
        .load(conn)?;
    let mut locked = BTreeMap::new();
    for (position, rule_set, request) in kept {
        let line = lines.iter().find(|line| line.position == position);
        let quote = Quote::restore(request.0, rule_set, terms)?;
        let unit_freight = line.map(|line| line.unit_freight);
        locked.insert(
            position,
            Box::new(Locked {
                quote,
                unit_freight,
            }),
        );
    }
    Ok(locked)
}
