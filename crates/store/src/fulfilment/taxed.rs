//! The lines of a document with the document's tax: by rate on the sum, as invoices are checked (EN 16931).
use super::invoices::{Booked, LineAmount};
use super::trade::Trade;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::orders::lines::Line;
use crate::orders::payers::Payer;
use crate::orders::purchase_orders;
use money::{Micro, Money};
use ordering::{Totals, document_tax, proportion};
use std::collections::BTreeMap;

/// The lines of a document to a payer, given their positions, units and amounts: the tax becomes the document's.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`], and those of the database.
pub(super) fn lines(
    conn: &mut Conn,
    trade: &Trade,
    account: Payer,
    parts: &[(i32, Micro, Totals)],
) -> Result<Vec<LineAmount>> {
    let ordered: BTreeMap<i32, Line> = purchase_orders::lines_of(conn, &trade.issued)?
        .into_iter()
        .map(|line| (line.position, line))
        .collect();
    let line_of = |position: i32| {
        ordered
            .get(&position)
            .ok_or_else(|| corrupt("billing_lines.line_position"))
    };
    let mut nets = Vec::with_capacity(parts.len());
    for (position, _, totals) in parts {
        let net = totals.goods().checked_add(totals.freight())?;
        nets.push((net, line_of(*position)?.vat_rate));
    }
    let taxes = document_tax(&nets)?;
    let mut taxed = Vec::with_capacity(parts.len());
    for ((position, quantity, totals), tax) in parts.iter().zip(taxes) {
        let totals = Totals::new(totals.goods(), totals.freight(), tax)?;
        taxed.push(LineAmount {
            line: *position,
            quantity: *quantity,
            totals,
            booked: Booked {
                quantity: *quantity,
                market: market(line_of(*position)?, account, *quantity, totals.goods())?,
                totals,
            },
        });
    }
    Ok(taxed)
}

/// What the units would cost at the market price, at most what they cost. A fund pays above the market only.
fn market(line: &Line, account: Payer, quantity: Micro, goods: Money) -> Result<Money> {
    let minor = match account {
        Payer::Fund => 0,
        Payer::Buyer => proportion(line.market.minor(), quantity.get(), line.quantity.get())?,
    };
    Ok(Money::new(minor.min(goods.minor()), goods.currency()))
}
