//! An accepted purchase order opens its accounts: what each payer is billed, the advance, and a first
//! schedule by the lines' dates.
use super::billing::{self, BillingLine};
use super::schedule::{self, StagePlan};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::orders::lines::Line;
use crate::orders::payers::{Payer, Share};
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::orders::{rows, shares};
use crate::schema::advance_accounts;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Micro, apportion};
use ordering::Totals;
use std::collections::BTreeMap;

/// Opens the accounts of a purchase order that was just accepted.
///
/// # Errors
/// Those of the database.
pub(crate) fn open(conn: &mut Conn, issued: &PurchaseOrder) -> Result<()> {
    let order = rows::order(conn, issued.order)?;
    let lines = purchase_orders::lines_of(conn, issued)?;
    let pooled = match order.pool {
        None => Vec::new(),
        Some(_) => shares::of_order(conn, &order)?,
    };
    let billed = billing_lines(issued, &lines, &pooled)?;
    billing::insert(conn, issued.id, &billed)?;
    open_advance(conn, issued, &billed)?;
    schedule::begin(
        conn,
        issued.id,
        &usual_stages(issued.buyer, &lines, &pooled),
    )
}

/// Who is billed for what: the buyer for each line, or a pool's members and its fund for the one line that
/// a pool has.
fn billing_lines(
    issued: &PurchaseOrder,
    lines: &[Line],
    pooled: &[Share],
) -> Result<Vec<BillingLine>> {
    let fresh = |position, payer, account, quantity, whole| BillingLine {
        position,
        payer,
        account,
        quantity,
        whole,
        accepted: Micro::ZERO,
        credited: Micro::ZERO,
        billed: Micro::ZERO,
    };
    if pooled.is_empty() {
        return Ok(lines
            .iter()
            .map(|line| {
                fresh(
                    line.position,
                    issued.buyer,
                    Payer::Buyer,
                    line.quantity,
                    line.totals,
                )
            })
            .collect());
    }
    let line = lines
        .first()
        .ok_or_else(|| corrupt("a pool's purchase order"))?;
    pooled
        .iter()
        .map(|share| {
            let goods = share.market.checked_add(share.extra)?;
            let whole = Totals::new(goods, share.freight, share.tax)?;
            let quantity = match share.payer {
                Payer::Buyer => share.quantity,
                Payer::Fund => line.quantity,
            };
            Ok(fresh(
                line.position,
                share.organisation,
                share.payer,
                quantity,
                whole,
            ))
        })
        .collect()
}

/// The advance, divided among the payers by what they pay in all.
fn open_advance(conn: &mut Conn, issued: &PurchaseOrder, billed: &[BillingLine]) -> Result<()> {
    let mut wholes: BTreeMap<(OrganisationId, &'static str), i64> = BTreeMap::new();
    for line in billed {
        let whole = wholes
            .entry((line.payer, line.account.as_str()))
            .or_default();
        *whole = whole.saturating_add(line.whole.total().minor());
    }
    let weights: Vec<u128> = wholes
        .values()
        .map(|whole| u128::from(whole.unsigned_abs()))
        .collect();
    let parts = apportion(issued.advance.minor(), &weights)
        .ok_or_else(|| corrupt("purchase_orders.advance_minor"))?;
    for (((payer, account), whole), agreed) in wholes.into_iter().zip(parts) {
        diesel::insert_into(advance_accounts::table)
            .values((
                advance_accounts::purchase_order_id.eq(issued.id),
                advance_accounts::payer_id.eq(payer),
                advance_accounts::account.eq(account),
                advance_accounts::currency.eq(issued.advance.currency().code()),
                advance_accounts::whole_minor.eq(whole),
                advance_accounts::agreed_minor.eq(agreed),
                advance_accounts::paid_minor.eq(0),
                advance_accounts::netted_minor.eq(0),
                advance_accounts::refunded_minor.eq(0),
                advance_accounts::version.eq(1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// One stage for each date: everything to the buyer, or to each of a pool's members its own.
fn usual_stages(buyer: OrganisationId, lines: &[Line], pooled: &[Share]) -> Vec<StagePlan> {
    let mut stages: BTreeMap<NaiveDate, Vec<schedule::Part>> = BTreeMap::new();
    for line in lines {
        let parts = stages.entry(line.due_on).or_default();
        let part = |branch, quantity| schedule::Part {
            line: line.position,
            branch,
            quantity,
        };
        if pooled.is_empty() {
            parts.push(part(buyer, line.quantity));
            continue;
        }
        let members = pooled.iter().filter(|share| share.payer == Payer::Buyer);
        parts.extend(members.map(|share| part(share.organisation, share.quantity)));
    }
    stages
        .into_iter()
        .map(|(due_on, parts)| StagePlan { due_on, parts })
        .collect()
}
