//! Receipts: what a branch accepted of a despatch, what it rejected and what was missing.
use super::notice::{self, Event};
use super::trade::Trade;
use super::{billing, claims, closing};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, FieldError, OrNotFound, Refusal, Result, taken};
use crate::ids::{ClaimId, DespatchId, OrganisationId, PersonId, PurchaseOrderId, ReceiptId};
use crate::operations::audit;
use crate::page::merged;
use crate::schema::{despatch_parts, despatches, receipt_lines, receipts};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::Micro;
use serde_json::json;
use std::collections::BTreeMap;

/// What came of a line.
#[derive(Clone, Debug)]
pub struct ReceivedLine {
    /// Good for use.
    pub accepted: Micro,
    /// Arrived, and not taken.
    pub rejected: Micro,
    /// Did not arrive.
    pub short: Micro,
    /// Why it was not taken: required where something is rejected.
    pub reason: Option<String>,
}

/// A receipt to be recorded.
#[derive(Clone, Debug)]
pub struct NewReceipt {
    /// Of which despatch.
    pub despatch: DespatchId,
    /// For which branch; the actor's organisation where it is absent.
    pub branch: Option<OrganisationId>,
    /// When it arrived.
    pub received_on: NaiveDate,
    /// Every line that was sent to the branch.
    pub lines: BTreeMap<i32, ReceivedLine>,
}

/// A receipt.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Orders receipts in time.
    pub id: ReceiptId,
    /// Of which despatch.
    pub despatch: DespatchId,
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Who sent it.
    pub cooperative: OrganisationId,
    /// Where it arrived.
    pub branch: OrganisationId,
    /// When.
    pub received_on: NaiveDate,
    /// When it was recorded.
    pub created_at: Time,
    /// How fit for use the goods are, 1 to 5; absent until somebody who uses them has said so.
    pub fitness: Option<i32>,
    /// What they said of it.
    pub comment: Option<String>,
    /// Counts changes.
    pub version: i64,
    /// What came, by line.
    pub lines: BTreeMap<i32, ReceivedLine>,
}

#[derive(Queryable)]
struct Row {
    id: ReceiptId,
    despatch_id: DespatchId,
    purchase_order_id: PurchaseOrderId,
    cooperative_id: OrganisationId,
    branch_id: OrganisationId,
    received_on: NaiveDate,
    _received_by: PersonId,
    created_at: Time,
    fitness: Option<i32>,
    comment: Option<String>,
    _rated_by: Option<PersonId>,
    version: i64,
}

/// Records what a branch received of a despatch, once. What was rejected or missing becomes a claim, and the
/// co-operative may make it again.
///
/// # Errors
/// [`Code::NotFound`] for a despatch that brought the branch nothing, [`Code::Forbidden`] without the role
/// of a buyer or approver, [`Code::Duplicate`] the second time, [`Code::InvalidInput`] where a line's parts are
/// not what was sent or a rejection has no reason.
pub fn record(conn: &mut Conn, by: &Actor, new: &NewReceipt) -> Result<Receipt> {
    let sent: Option<(PurchaseOrderId, Option<ClaimId>)> = despatches::table
        .find(new.despatch)
        .select((despatches::purchase_order_id, despatches::claim_id))
        .first(conn)
        .optional()?;
    let (purchase_order, claim) = sent.or_not_found()?;
    let trade = Trade::locked(conn, by, purchase_order)?;
    let branch = receiver(&trade, by, new.branch)?;
    let expected = sent_to(conn, new.despatch, branch)?;
    by.require(&[Role::Buyer, Role::Approver])?;
    check(&expected, &new.lines)?;
    let id = ReceiptId::fresh();
    let twice = Refusal::new(
        Code::Duplicate,
        "This branch has recorded its receipt already.",
    );
    diesel::insert_into(receipts::table)
        .values((
            receipts::id.eq(id),
            receipts::despatch_id.eq(new.despatch),
            receipts::purchase_order_id.eq(purchase_order),
            receipts::cooperative_id.eq(trade.issued.cooperative),
            receipts::branch_id.eq(branch),
            receipts::received_on.eq(new.received_on),
            receipts::received_by.eq(by.person),
            receipts::created_at.eq(by.now),
            receipts::version.eq(1_i64),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    for (&line, received) in &new.lines {
        insert_line(
            conn,
            id,
            (line, expected.get(&line).copied().unwrap_or_default()),
            received,
        )?;
        billing::accept(conn, &trade.issued, (line, branch), received.accepted.get())?;
    }
    let after = json!({"despatch": new.despatch.to_string(), "branch": branch.to_string()});
    audit::change(conn, by, "receipt.record", id.uuid(), None, &after)?;
    match claim {
        None => claims::raise(conn, by, &trade, (id, branch), new)?,
        Some(claim) => claims::received(conn, by, &trade, claim, &new.lines)?,
    }
    closing::settle(conn, &trade, by.now)?;
    let url = format!("/receipts/{id}");
    let seller = (trade.issued.cooperative, Role::Seller);
    notice::tell(conn, &trade, seller, Event::Received, url, by.now)?;
    get(conn, by, id)
}

/// Whoever the goods were sent to, or the buyer for one of its own branches.
fn receiver(trade: &Trade, by: &Actor, named: Option<OrganisationId>) -> Result<OrganisationId> {
    let branch = named.unwrap_or(by.organisation);
    let for_branch = trade.issued.buyer == by.organisation && !trade.is_pooled();
    if branch != by.organisation && !for_branch {
        return Err(Refusal::not_found().into());
    }
    Ok(branch)
}

fn sent_to(
    conn: &mut Conn,
    despatch: DespatchId,
    branch: OrganisationId,
) -> Result<BTreeMap<i32, Micro>> {
    let rows: Vec<(i32, i64)> = despatch_parts::table
        .filter(despatch_parts::despatch_id.eq(despatch))
        .filter(despatch_parts::branch_id.eq(branch))
        .select((
            despatch_parts::line_position,
            despatch_parts::quantity_micro,
        ))
        .load(conn)?;
    if rows.is_empty() {
        return Err(Refusal::not_found().into());
    }
    Ok(rows
        .into_iter()
        .map(|(line, sent)| (line, Micro::new(sent)))
        .collect())
}

/// Every line that was sent, no other, and its parts are what was sent.
fn check(sent: &BTreeMap<i32, Micro>, lines: &BTreeMap<i32, ReceivedLine>) -> Result<()> {
    let mut wrong = Vec::new();
    let mut refuse = |line: i32, detail: String| {
        wrong.push(FieldError {
            pointer: format!("/lines/{line}"),
            detail,
        });
    };
    for (&line, &quantity) in sent {
        match lines.get(&line) {
            None => refuse(
                line,
                format!("{quantity} of line {line} were sent: say what came."),
            ),
            Some(received) => {
                let sum = received.accepted.checked_add(received.rejected)?;
                let sum = sum.checked_add(received.short)?;
                if sum != quantity {
                    let detail = format!(
                        "{quantity} were sent; accepted, rejected and short come to {sum}."
                    );
                    refuse(line, detail);
                }
                if received.rejected > Micro::ZERO && received.reason.is_none() {
                    refuse(line, "Say why it was rejected.".to_owned());
                }
            }
        }
    }
    for line in lines.keys().filter(|line| !sent.contains_key(line)) {
        refuse(*line, format!("Nothing of line {line} was sent here."));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(Code::InvalidInput, "The receipt is not of what was sent.");
    refusal.fields = wrong;
    Err(refusal.into())
}

fn insert_line(
    conn: &mut Conn,
    id: ReceiptId,
    (line, sent): (i32, Micro),
    received: &ReceivedLine,
) -> Result<()> {
    diesel::insert_into(receipt_lines::table)
        .values((
            receipt_lines::receipt_id.eq(id),
            receipt_lines::line_position.eq(line),
            receipt_lines::despatched_micro.eq(sent.get()),
            receipt_lines::accepted_micro.eq(received.accepted.get()),
            receipt_lines::rejected_micro.eq(received.rejected.get()),
            receipt_lines::short_micro.eq(received.short.get()),
            receipt_lines::defect_micro.eq(0_i64),
            receipt_lines::reason.eq(&received.reason),
        ))
        .execute(conn)?;
    Ok(())
}

/// One receipt, for its branch, the buyer that it is a branch of, and the co-operative.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: ReceiptId) -> Result<Receipt> {
    let row: Option<Row> = receipts::table.find(id).first(conn).optional()?;
    let found = with_lines(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()?;
    if [found.cooperative, found.branch].contains(&by.organisation) {
        return Ok(found);
    }
    let trade = Trade::seen(conn, by, found.purchase_order)?;
    if trade.issued.buyer == by.organisation && !trade.is_pooled() {
        return Ok(found);
    }
    Err(Refusal::not_found().into())
}

/// Receipts of the co-operative's goods, or of the organisation and its branches, in time.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: Option<PurchaseOrderId>,
    after: Option<ReceiptId>,
    limit: i64,
) -> Result<Vec<Receipt>> {
    use crate::schema::{orders, purchase_orders};
    let page = || {
        let mut query = receipts::table
            .order(receipts::id)
            .limit(limit)
            .select(receipts::id)
            .into_boxed();
        if let Some(id) = purchase_order {
            query = query.filter(receipts::purchase_order_id.eq(id));
        }
        if let Some(after) = after {
            query = query.filter(receipts::id.gt(after));
        }
        query
    };
    // One page of each way to the organisation, and the page of all: an `or` would read the whole table.
    let ids: Vec<ReceiptId> = if by.kind == OrganisationKind::Cooperative {
        let sold = page().filter(receipts::cooperative_id.eq(by.organisation));
        let bought = page().filter(receipts::branch_id.eq(by.organisation));
        let sold: Vec<ReceiptId> = sold.load(conn)?;
        let bought: Vec<ReceiptId> = bought.load(conn)?;
        merged(sold, bought, limit)
    } else {
        let bought = purchase_orders::table
            .inner_join(orders::table)
            .filter(purchase_orders::buyer_id.eq(by.organisation))
            .filter(orders::pool_id.is_null())
            .select(purchase_orders::id);
        let own = page().filter(receipts::branch_id.eq(by.organisation));
        let bought = page().filter(receipts::purchase_order_id.eq_any(bought));
        let own: Vec<ReceiptId> = own.load(conn)?;
        let bought: Vec<ReceiptId> = bought.load(conn)?;
        merged(own, bought, limit)
    };
    let rows: Vec<Row> = receipts::table
        .filter(receipts::id.eq_any(ids))
        .order(receipts::id)
        .load(conn)?;
    with_lines(conn, rows)
}

fn with_lines(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Receipt>> {
    type LineRow = (ReceiptId, i32, i64, i64, i64, Option<String>);
    let ids: Vec<ReceiptId> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<LineRow> = receipt_lines::table
        .filter(receipt_lines::receipt_id.eq_any(ids))
        .select((
            receipt_lines::receipt_id,
            receipt_lines::line_position,
            receipt_lines::accepted_micro,
            receipt_lines::rejected_micro,
            receipt_lines::short_micro,
            receipt_lines::reason,
        ))
        .load(conn)?;
    let mut of: BTreeMap<ReceiptId, BTreeMap<i32, ReceivedLine>> = BTreeMap::new();
    for (id, line, accepted, rejected, short, reason) in lines {
        let received = ReceivedLine {
            accepted: Micro::new(accepted),
            rejected: Micro::new(rejected),
            short: Micro::new(short),
            reason,
        };
        of.entry(id).or_default().insert(line, received);
    }
    Ok(rows
        .into_iter()
        .map(|row| Receipt {
            lines: of.remove(&row.id).unwrap_or_default(),
            id: row.id,
            despatch: row.despatch_id,
            purchase_order: row.purchase_order_id,
            cooperative: row.cooperative_id,
            branch: row.branch_id,
            received_on: row.received_on,
            created_at: row.created_at,
            fitness: row.fitness,
            comment: row.comment,
            version: row.version,
        })
        .collect())
}
