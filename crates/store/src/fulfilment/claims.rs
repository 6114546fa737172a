//! Claims: goods that were rejected, missing or found defective. The co-operative may make them again before
//! anything is credited.
use super::credit;
use super::notice::{self, Event};
use super::receipts::{NewReceipt, ReceivedLine};
use super::schedule::Part;
use super::trade::Trade;
use super::{billing, closing};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ClaimId, OrganisationId, PurchaseOrderId, ReceiptId};
use crate::operations::audit;
use crate::schema::{claims, receipt_lines, receipts};
use crate::sql::Time;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{CLAIM, ClaimAct, ClaimState, PurchaseOrderState};
use serde_json::json;
use std::collections::BTreeMap;

/// Days that a co-operative has to say whether it makes the goods again.
pub const ANSWER_DAYS: u64 = 10;
/// Days after the receipt within which a defect can be claimed.
pub const DEFECT_DAYS: u64 = 180;
/// The states of a purchase order in which claims live on.
const CLAIMABLE: [PurchaseOrderState; 2] =
    [PurchaseOrderState::Accepted, PurchaseOrderState::Delivered];

/// A claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Orders claims in time.
    pub id: ClaimId,
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// From which receipt.
    pub receipt: ReceiptId,
    /// Of which line.
    pub line: i32,
    /// Whose goods they are.
    pub branch: OrganisationId,
    /// `rejected`, `short` or `defect`.
    pub kind: String,
    /// Where it stands.
    pub state: ClaimState,
    /// Units claimed.
    pub quantity: Micro,
    /// What of them is neither made again nor credited.
    pub open: Micro,
    /// What of those is on its way.
    pub remaking: Micro,
    /// Why.
    pub reason: String,
    /// Until when the co-operative says whether it makes them again.
    pub answer_by: NaiveDate,
    /// Until when it has promised to.
    pub remake_by: Option<NaiveDate>,
    /// When it was raised.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
pub(super) struct Row {
    id: ClaimId,
    purchase_order_id: PurchaseOrderId,
    receipt_id: ReceiptId,
    line_position: i32,
    branch_id: OrganisationId,
    kind: String,
    status: String,
    quantity_micro: i64,
    open_micro: i64,
    remaking_micro: i64,
    reason: String,
    answer_by: NaiveDate,
    remake_by: Option<NaiveDate>,
    created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Claim {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            purchase_order: row.purchase_order_id,
            receipt: row.receipt_id,
            line: row.line_position,
            branch: row.branch_id,
            kind: row.kind,
            state: ClaimState::parse(&row.status).map_err(|_| corrupt("claims.status"))?,
            quantity: Micro::new(row.quantity_micro),
            open: Micro::new(row.open_micro),
            remaking: Micro::new(row.remaking_micro),
            reason: row.reason,
            answer_by: row.answer_by,
            remake_by: row.remake_by,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// Raises a claim for all that a receipt rejected or missed.
///
/// # Errors
/// Those of the database.
pub(super) fn raise(
    conn: &mut Conn,
    by: &Actor,
    trade: &Trade,
    (receipt, branch): (ReceiptId, OrganisationId),
    new: &NewReceipt,
) -> Result<()> {
    for (&line, received) in &new.lines {
        let reason = received.reason.clone();
        let rejected = (received.rejected, "rejected", reason.unwrap_or_default());
        let short = (received.short, "short", "It did not arrive.".to_owned());
        for (quantity, kind, reason) in [rejected, short] {
            if quantity > Micro::ZERO {
                let from = (receipt, line, branch, new.received_on);
                insert(conn, by, trade, from, (kind, quantity, &reason))?;
            }
        }
    }
    Ok(())
}

fn insert(
    conn: &mut Conn,
    by: &Actor,
    trade: &Trade,
    (receipt, line, branch, on): (ReceiptId, i32, OrganisationId, NaiveDate),
    (kind, quantity, reason): (&str, Micro, &str),
) -> Result<ClaimId> {
    let id = ClaimId::fresh();
    let begins = on.max(by.now.date());
    let answer_by = begins
        .checked_add_days(Days::new(ANSWER_DAYS))
        .unwrap_or(begins);
    diesel::insert_into(claims::table)
        .values((
            claims::id.eq(id),
            claims::purchase_order_id.eq(trade.issued.id),
            claims::receipt_id.eq(receipt),
            claims::line_position.eq(line),
            claims::branch_id.eq(branch),
            claims::kind.eq(kind),
            claims::status.eq(CLAIM.initial.as_str()),
            claims::quantity_micro.eq(quantity.get()),
            claims::open_micro.eq(quantity.get()),
            claims::remaking_micro.eq(0_i64),
            claims::reason.eq(reason),
            claims::answer_by.eq(answer_by),
            claims::created_at.eq(by.now),
            claims::version.eq(1_i64),
        ))
        .execute(conn)?;
    let after = json!({"kind": kind, "quantity": quantity.to_string(), "reason": reason});
    audit::change(conn, by, "claim.raise", id.uuid(), None, &after)?;
    let seller = (trade.issued.cooperative, Role::Seller);
    notice::tell(
        conn,
        trade,
        seller,
        Event::ClaimRaised,
        format!("/claims/{id}"),
        by.now,
    )?;
    Ok(id)
}

/// The branch claims goods that it had accepted and that proved defective.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] without the role of a buyer or approver of the branch,
/// [`Code::InvalidInput`] for more than was accepted and not claimed yet, [`Code::WrongState`] where the
/// purchase order is closed or the time for claims is over.
pub fn claim_defect(
    conn: &mut Conn,
    by: &Actor,
    (receipt, line): (ReceiptId, i32),
    quantity: Micro,
    reason: &str,
) -> Result<Claim> {
    let found: Option<(PurchaseOrderId, OrganisationId, NaiveDate)> = receipts::table
        .find(receipt)
        .select((
            receipts::purchase_order_id,
            receipts::branch_id,
            receipts::received_on,
        ))
        .first(conn)
        .optional()?;
    let (purchase_order, branch, received_on) = found.or_not_found()?;
    let trade = Trade::locked(conn, by, purchase_order)?;
    let for_branch = trade.issued.buyer == by.organisation && !trade.is_pooled();
    if branch != by.organisation && !for_branch {
        return Err(Refusal::not_found().into());
    }
    by.require(&[Role::Buyer, Role::Approver])?;
    trade.require_state(&CLAIMABLE)?;
    let last = received_on
        .checked_add_days(Days::new(DEFECT_DAYS))
        .unwrap_or(NaiveDate::MAX);
    if by.now.date() > last {
        let detail = format!("Defects of these goods could be claimed until {last}.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let taken = diesel::update(receipt_lines::table.find((receipt, line)))
        .filter((receipt_lines::defect_micro + quantity.get()).le(receipt_lines::accepted_micro))
        .set(receipt_lines::defect_micro.eq(receipt_lines::defect_micro + quantity.get()))
        .execute(conn)?;
    if taken == 0 {
        let detail = format!("Fewer than {quantity} of line {line} were accepted here.");
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/quantity")
            .into());
    }
    billing::accept(conn, &trade.issued, (line, branch), -quantity.get())?;
    let from = (receipt, line, branch, by.now.date());
    let id = insert(conn, by, &trade, from, ("defect", quantity, reason))?;
    of(conn, id)
}

/// The co-operative will make the goods again until a day.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn promise_remake(
    conn: &mut Conn,
    by: &Actor,
    id: ClaimId,
    version: i64,
    remake_by: NaiveDate,
) -> Result<Claim> {
    let (trade, mut claim) = to_answer(conn, by, id, version)?;
    claim.state = CLAIM.next(claim.state, ClaimAct::PromiseRemake)?;
    claim.remake_by = Some(remake_by);
    let claim = save(conn, claim)?;
    let after = json!({"status": claim.state.as_str(), "remake_by": remake_by});
    audit::change(conn, by, "claim.promise_remake", id.uuid(), None, &after)?;
    let branch = (claim.branch, Role::Buyer);
    notice::tell(
        conn,
        &trade,
        branch,
        Event::RemakePromised,
        format!("/claims/{id}"),
        by.now,
    )?;
    Ok(claim)
}

/// The co-operative will not make the goods again: what is open is credited.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`], also while goods that were
/// made again are on their way.
pub fn refuse_remake(conn: &mut Conn, by: &Actor, id: ClaimId, version: i64) -> Result<Claim> {
    let (trade, claim) = to_answer(conn, by, id, version)?;
    let after = json!({"open": claim.open.to_string()});
    audit::change(conn, by, "claim.refuse_remake", id.uuid(), None, &after)?;
    let claim = credit_rest(
        conn,
        &trade,
        claim,
        ClaimAct::RefuseRemake,
        Some(by),
        by.now,
    )?;
    closing::settle(conn, &trade, by.now)?;
    Ok(claim)
}

fn to_answer(conn: &mut Conn, by: &Actor, id: ClaimId, version: i64) -> Result<(Trade, Claim)> {
    let claim = of(conn, id)?;
    let trade = Trade::locked(conn, by, claim.purchase_order)?;
    trade.require_cooperative(by, &[Role::Seller])?;
    // Read again: another may have answered before the lock.
    let claim = of(conn, id)?;
    if claim.version != version {
        return Err(Refusal::stale().into());
    }
    Ok((trade, claim))
}

/// Credits what is open of a claim, by an act of the machine.
pub(super) fn credit_rest(
    conn: &mut Conn,
    trade: &Trade,
    mut claim: Claim,
    act: ClaimAct,
    by: Option<&Actor>,
    now: Time,
) -> Result<Claim> {
    if claim.remaking > Micro::ZERO {
        let detail = format!("{} that were made again are on their way.", claim.remaking);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    claim.state = CLAIM.next(claim.state, act)?;
    credit::issue(conn, trade, &claim, by, now)?;
    claim.open = Micro::ZERO;
    let claim = save(conn, claim)?;
    let branch = (claim.branch, Role::Buyer);
    notice::tell(
        conn,
        trade,
        branch,
        Event::Credited,
        format!("/claims/{}", claim.id),
        now,
    )?;
    Ok(claim)
}

/// What goes to the claim's branch when goods that were made again are sent.
///
/// # Errors
/// [`Code::NotFound`] for a claim of another purchase order, [`Code::WrongState`] unless a remake was promised,
/// [`Code::InvalidInput`] for another line or more than is claimed.
pub(super) fn remade(
    conn: &mut Conn,
    trade: &Trade,
    id: ClaimId,
    lines: &BTreeMap<i32, Micro>,
) -> Result<Vec<Part>> {
    let mut claim = of(conn, id)?;
    if claim.purchase_order != trade.issued.id {
        return Err(Refusal::not_found().into());
    }
    trade.require_state(&CLAIMABLE)?;
    CLAIM.next(claim.state, ClaimAct::Remake)?;
    let left = claim.open.checked_sub(claim.remaking)?;
    let quantity = match (lines.len(), lines.get(&claim.line)) {
        (1, Some(&quantity)) if quantity <= left => quantity,
        _ => {
            let detail = format!("The claim is for line {}, and {left} are open.", claim.line);
            return Err(Refusal::new(Code::InvalidInput, detail).at("/lines").into());
        }
    };
    claim.remaking = claim.remaking.checked_add(quantity)?;
    let claim = save(conn, claim)?;
    Ok(vec![Part {
        line: claim.line,
        branch: claim.branch,
        quantity,
    }])
}

/// Goods that were made again have come: what was accepted closes the claim, and what was not, once nothing
/// more is on its way, is credited.
///
/// # Errors
/// Those of the database.
pub(super) fn received(
    conn: &mut Conn,
    by: &Actor,
    trade: &Trade,
    id: ClaimId,
    lines: &BTreeMap<i32, ReceivedLine>,
) -> Result<()> {
    let mut claim = of(conn, id)?;
    for received in lines.values() {
        let sent = received.accepted.checked_add(received.rejected)?;
        let sent = sent.checked_add(received.short)?;
        claim.remaking = claim.remaking.checked_sub(sent)?;
        claim.open = claim.open.checked_sub(received.accepted)?;
    }
    let failed = lines
        .values()
        .any(|one| one.rejected > Micro::ZERO || one.short > Micro::ZERO);
    if claim.open == Micro::ZERO {
        claim.state = CLAIM.next(claim.state, ClaimAct::Remake)?;
        save(conn, claim)?;
    } else if failed && claim.remaking == Micro::ZERO {
        credit_rest(conn, trade, claim, ClaimAct::Lapse, Some(by), by.now)?;
    } else {
        save(conn, claim)?;
    }
    Ok(())
}

/// One claim, for its branch, the buyer that it is a branch of, and the co-operative.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: ClaimId) -> Result<Claim> {
    let claim = of(conn, id)?;
    let trade = Trade::seen(conn, by, claim.purchase_order)?;
    let mine = claim.branch == by.organisation
        || trade.issued.cooperative == by.organisation
        || trade.issued.buyer == by.organisation && !trade.is_pooled();
    mine.then_some(claim)
        .ok_or_else(|| Refusal::not_found().into())
}

/// The claims of a purchase order that the actor's organisation may see, in time.
///
/// # Errors
/// [`Code::NotFound`] for whoever has no part in it.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: PurchaseOrderId,
    after: Option<ClaimId>,
    limit: i64,
) -> Result<Vec<Claim>> {
    let trade = Trade::seen(conn, by, purchase_order)?;
    let mut query = claims::table
        .filter(claims::purchase_order_id.eq(purchase_order))
        .order(claims::id)
        .limit(limit)
        .into_boxed();
    let whole = trade.issued.cooperative == by.organisation
        || trade.issued.buyer == by.organisation && !trade.is_pooled();
    if !whole {
        query = query.filter(claims::branch_id.eq(by.organisation));
    }
    if let Some(after) = after {
        query = query.filter(claims::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// Units by line that are neither made again nor credited.
///
/// # Errors
/// Those of the database.
pub(super) fn open_units(conn: &mut Conn, id: PurchaseOrderId) -> Result<Vec<(i32, Micro)>> {
    let rows: Vec<(i32, i64)> = claims::table
        .filter(claims::purchase_order_id.eq(id))
        .filter(claims::open_micro.gt(0))
        .select((claims::line_position, claims::open_micro))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(line, open)| (line, Micro::new(open)))
        .collect())
}

/// Claims whose day has passed before `today`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub(super) fn overdue(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<Claim>> {
    let rows: Vec<Row> = claims::table
        .filter(
            claims::status
                .eq(ClaimState::Open.as_str())
                .and(claims::answer_by.lt(today))
                .or(claims::status
                    .eq(ClaimState::RemakePromised.as_str())
                    .and(claims::remake_by.lt(today))
                    .and(claims::remaking_micro.eq(0))),
        )
        .order(claims::id)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Claim::try_from).collect()
}

pub(super) fn of(conn: &mut Conn, id: ClaimId) -> Result<Claim> {
    let row: Option<Row> = claims::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

fn save(conn: &mut Conn, mut claim: Claim) -> Result<Claim> {
    let changed = diesel::update(claims::table.find(claim.id))
        .filter(claims::version.eq(claim.version))
        .set((
            claims::status.eq(claim.state.as_str()),
            claims::open_micro.eq(claim.open.get()),
            claims::remaking_micro.eq(claim.remaking.get()),
            claims::remake_by.eq(claim.remake_by),
            claims::version.eq(claim.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    claim.version += 1;
    Ok(claim)
}
