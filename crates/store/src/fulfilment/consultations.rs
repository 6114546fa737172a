//! Consultations: accepted work is cancelled only after its co-operative was heard, and work that is done is
//! paid. Goods that are late open one too; there is no automatic penalty.
use super::invoices::{self, DocumentKind, Instalment, NewDocument};
use super::notice::{self, Event};
use super::taxed;
use super::trade::Trade;
use super::{billing, closing, despatches};
use crate::actor::Actor;
use crate::agreements::call_offs;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ConsultationId, ListingId, OrganisationId, PersonId, PurchaseOrderId, StageId};
use crate::operations::audit::{self, Act};
use crate::orders::payers::Payer;
use crate::orders::rows::Origin;
use crate::orders::{capacity, lines, purchase_orders};
use crate::pools::movements;
use crate::schema::consultations as table;
use crate::sql::Time;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use governance::Role;
use money::{Currency, Micro, Money, apportion};
use ordering::{
    CONSULTATION, ConsultationAct, ConsultationState, PURCHASE_ORDER, PurchaseOrderAct,
    PurchaseOrderState, Totals, value_between, value_of,
};
use serde_json::json;
use std::collections::BTreeMap;

/// Days that a co-operative has to answer.
pub const ANSWER_DAYS: u64 = 10;

/// A consultation.
#[derive(Clone, Debug)]
pub struct Consultation {
    /// Orders consultations in time.
    pub id: ConsultationId,
    /// About which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// `cancellation` or `late_delivery`.
    pub kind: String,
    /// Where it stands.
    pub state: ConsultationState,
    /// The stage that is late.
    pub stage: Option<StageId>,
    /// Why it was opened.
    pub reason: String,
    /// When.
    pub opened_at: Time,
    /// Until when the co-operative answers.
    pub answer_by: NaiveDate,
    /// What it said.
    pub statement: Option<String>,
    /// Work done on what has not been accepted, before tax.
    pub work_done: Option<Money>,
    /// Who said it.
    pub answered_by: Option<PersonId>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: ConsultationId,
    purchase_order_id: PurchaseOrderId,
    kind: String,
    status: String,
    stage_id: Option<StageId>,
    reason: String,
    _opened_by: Option<PersonId>,
    opened_at: Time,
    answer_by: NaiveDate,
    statement: Option<String>,
    work_done_minor: Option<i64>,
    answered_by: Option<PersonId>,
    version: i64,
}

fn read(row: Row, currency: Currency) -> Result<Consultation> {
    Ok(Consultation {
        id: row.id,
        purchase_order: row.purchase_order_id,
        kind: row.kind,
        state: ConsultationState::parse(&row.status)
            .map_err(|_| corrupt("consultations.status"))?,
        stage: row.stage_id,
        reason: row.reason,
        opened_at: row.opened_at,
        answer_by: row.answer_by,
        statement: row.statement,
        work_done: row.work_done_minor.map(|minor| Money::new(minor, currency)),
        answered_by: row.answered_by,
        version: row.version,
    })
}

/// The buyer, or the co-operative itself, asks to end an accepted purchase order.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] unless it is accepted, [`Code::Duplicate`]
/// while another is open.
pub fn open(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    reason: &str,
) -> Result<Consultation> {
    let trade = Trade::locked(conn, by, id)?;
    if trade.issued.cooperative == by.organisation {
        by.require(&[Role::Seller])?;
    } else {
        trade.require_buyer(by, &[Role::Buyer])?;
    }
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    let going_on = table::table
        .filter(table::purchase_order_id.eq(id))
        .filter(table::kind.eq("cancellation"))
        .filter(table::status.eq_any(["open", "answered", "unanswered"]));
    if diesel::select(diesel::dsl::exists(going_on)).get_result(conn)? {
        let detail = "There is a consultation about this purchase order already.";
        return Err(Refusal::new(Code::Duplicate, detail).into());
    }
    let made = insert(
        conn,
        &trade,
        ("cancellation", None, reason),
        Some(by),
        by.now,
    )?;
    let after = json!({"reason": reason});
    audit::change(conn, by, "consultation.open", made.uuid(), None, &after)?;
    let url = format!("/consultations/{made}");
    notice::tell_other(
        conn,
        &trade,
        by.organisation,
        Event::ConsultationOpened,
        url,
        by.now,
    )?;
    of(conn, made)
}

/// A stage is late: both sides are told, and talk.
///
/// # Errors
/// Those of the database.
pub(super) fn open_late(conn: &mut Conn, trade: &Trade, stage: StageId, now: Time) -> Result<()> {
    let reason = "A stage of the schedule is late.";
    let id = insert(
        conn,
        trade,
        ("late_delivery", Some(stage), reason),
        None,
        now,
    )?;
    let after = json!({"stage": stage.to_string()});
    let act = Act {
        act: "consultation.open",
        kind: "consultation",
        id: id.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record_by_server(conn, now, trade.issued.buyer, &act)?;
    let url = || format!("/consultations/{id}");
    let seller = (trade.issued.cooperative, Role::Seller);
    notice::tell(conn, trade, seller, Event::Late, url(), now)?;
    notice::tell(
        conn,
        trade,
        (trade.issued.buyer, Role::Buyer),
        Event::Late,
        url(),
        now,
    )
}

fn insert(
    conn: &mut Conn,
    trade: &Trade,
    (kind, stage, reason): (&str, Option<StageId>, &str),
    by: Option<&Actor>,
    now: Time,
) -> Result<ConsultationId> {
    let id = ConsultationId::fresh();
    let today = now.date();
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::purchase_order_id.eq(trade.issued.id),
            table::kind.eq(kind),
            table::status.eq(CONSULTATION.initial.as_str()),
            table::stage_id.eq(stage),
            table::reason.eq(reason),
            table::opened_by.eq(by.map(|actor| actor.person)),
            table::opened_at.eq(now),
            table::answer_by.eq(today
                .checked_add_days(Days::new(ANSWER_DAYS))
                .unwrap_or(today)),
            table::version.eq(1_i64),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The co-operative says where the work stands, and what of it is done and not accepted yet.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], [`Code::OverPaid`] for work
/// worth more than all that is left of the purchase order.
pub fn answer(
    conn: &mut Conn,
    by: &Actor,
    id: ConsultationId,
    version: i64,
    (statement, work_done): (&str, Money),
) -> Result<Consultation> {
    let (trade, mut found) = current(conn, by, id, version)?;
    trade.require_cooperative(by, &[Role::Seller, Role::Treasurer])?;
    found.state = CONSULTATION.next(found.state, ConsultationAct::Answer)?;
    let open = open_value(conn, &trade)?;
    let left = open.goods().checked_add(open.freight())?;
    super::advance::at_most(
        work_done,
        left,
        "What is left of the purchase order, before tax, is",
    )?;
    found.statement = Some(statement.to_owned());
    found.work_done = Some(work_done);
    found.answered_by = Some(by.person);
    let found = save(conn, found)?;
    let after = json!({"statement": statement, "work_done": work_done.to_string()});
    audit::change(conn, by, "consultation.answer", id.uuid(), None, &after)?;
    let url = format!("/consultations/{id}");
    let buyer = (trade.issued.buyer, Role::Buyer);
    notice::tell(
        conn,
        &trade,
        buyer,
        Event::ConsultationAnswered,
        url,
        by.now,
    )?;
    Ok(found)
}

/// Both go on with the purchase order.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the buyer, [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn settle(
    conn: &mut Conn,
    by: &Actor,
    id: ConsultationId,
    version: i64,
) -> Result<Consultation> {
    let (trade, mut found) = current(conn, by, id, version)?;
    trade.require_buyer(by, &[Role::Buyer])?;
    found.state = CONSULTATION.next(found.state, ConsultationAct::Settle)?;
    let found = save(conn, found)?;
    audit::change(conn, by, "consultation.settle", id.uuid(), None, &json!({}))?;
    Ok(found)
}

/// The buyer cancels what has not been accepted. What was accepted can still be billed, work done is billed
/// at once, the rest of the capacity is free, and the fund gets back what it will not pay.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`] before the co-operative was
/// heard, or while goods are on their way.
pub fn cancel(
    conn: &mut Conn,
    by: &Actor,
    id: ConsultationId,
    version: i64,
) -> Result<Consultation> {
    let (trade, mut found) = current(conn, by, id, version)?;
    trade.require_buyer(by, &[Role::Buyer])?;
    if found.kind != "cancellation" {
        let detail = "A late delivery is talked over; to cancel, open a consultation about that.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    found.state = CONSULTATION.next(found.state, ConsultationAct::Cancel)?;
    if despatches::in_transit(conn, trade.issued.id)? > 0 {
        let detail = "Goods are on their way: they are received first.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let mut issued = trade.issued.clone();
    issued.state = PURCHASE_ORDER.next(issued.state, PurchaseOrderAct::Cancel)?;
    purchase_orders::save(conn, issued)?;
    if let Some(work) = found.work_done.filter(|work| work.minor() > 0) {
        bill_work_done(conn, by, &trade, work)?;
    }
    free_capacity(conn, &trade)?;
    return_fund(conn, by, &trade)?;
    return_to_agreement(conn, &trade)?;
    let found = save(conn, found)?;
    let after = json!({"purchase_order": trade.issued.reference});
    audit::change(conn, by, "consultation.cancel", id.uuid(), None, &after)?;
    closing::move_order(conn, &trade, by.now)?;
    let url = format!("/purchase-orders/{}", trade.issued.id);
    let seller = (trade.issued.cooperative, Role::Seller);
    notice::tell(conn, &trade, seller, Event::Cancelled, url, by.now)?;
    Ok(found)
}

/// What could still be delivered, at its price.
fn open_value(conn: &mut Conn, trade: &Trade) -> Result<Totals> {
    let mut sum = Totals::zero(trade.issued.totals.currency());
    for line in billing::of(conn, &trade.issued)? {
        let end = line.quantity.checked_sub(line.credited)?;
        let open = value_between(line.whole, (line.accepted, end), line.quantity)?;
        sum = sum.checked_add(open)?;
    }
    Ok(sum)
}

/// Bills the work to each payer, line by line, by what it pays of the whole; each document has the tax of its
/// lines.
fn bill_work_done(conn: &mut Conn, by: &Actor, trade: &Trade, work: Money) -> Result<()> {
    let billed = billing::of(conn, &trade.issued)?;
    let weights: Vec<u128> = billed
        .iter()
        .map(|line| u128::from(line.whole.total().minor().unsigned_abs()))
        .collect();
    let parts =
        apportion(work.minor(), &weights).ok_or_else(|| corrupt("billing_lines.goods_minor"))?;
    let amount = |minor| Money::new(minor, work.currency());
    let mut of_payer: BTreeMap<(&'static str, OrganisationId), Vec<_>> = BTreeMap::new();
    for (line, part) in billed.iter().zip(parts).filter(|(_, part)| *part > 0) {
        let totals = Totals::new(amount(part), amount(0), amount(0))?;
        of_payer
            .entry((line.account.as_str(), line.payer))
            .or_default()
            .push((line.position, Micro::ZERO, totals));
    }
    for ((account, payer), parts) in of_payer {
        let account = Payer::parse(account).ok_or_else(|| corrupt("billing_lines.account"))?;
        let lines = taxed::lines(conn, trade, account, &parts)?;
        let mut whole = amount(0);
        for line in &lines {
            whole = whole.checked_add(line.totals.total())?;
        }
        let net = net_of_advance(conn, trade, (payer, account), whole)?;
        let document = NewDocument {
            kind: DocumentKind::WorkDone,
            payer,
            account,
            claim: None,
            lines,
            deducted: net,
            instalments: vec![Instalment {
                milestone: 1,
                amount: whole.checked_sub(net)?,
                due_on: by.now.date(),
            }],
            by: None,
            now: by.now,
        };
        invoices::insert(conn, trade, &document)?;
    }
    Ok(())
}

/// Work done is paid out of what is left of the advance first.
fn net_of_advance(
    conn: &mut Conn,
    trade: &Trade,
    payer: (OrganisationId, Payer),
    amount: Money,
) -> Result<Money> {
    let mut held = super::advance::of_payer(conn, trade.issued.id, payer)?;
    let net = Money::new(held.left()?.minor().min(amount.minor()), amount.currency());
    if net.minor() > 0 {
        held.holds.netted = held.holds.netted.checked_add(net)?;
        super::advance::save(conn, &held)?;
    }
    Ok(net)
}

/// The lines of the purchase order hold what was accepted of them; the order's other lines hold all of theirs.
fn free_capacity(conn: &mut Conn, trade: &Trade) -> Result<()> {
    let mut kept: BTreeMap<i32, Micro> = lines::of_order(conn, &trade.order)?
        .into_iter()
        .filter(|line| line.purchase_order != Some(trade.issued.id))
        .map(|line| (line.position, line.quantity))
        .collect();
    for line in billing::of(conn, &trade.issued)? {
        if line.account == Payer::Buyer {
            let sum = kept.entry(line.position).or_default();
            *sum = sum.checked_add(line.accepted)?;
        }
    }
    capacity::shrink(conn, trade.order.id, &kept)
}

/// What a call-off will not deliver can be called off again.
fn return_to_agreement(conn: &mut Conn, trade: &Trade) -> Result<()> {
    let Origin::Agreement(agreement) = trade.order.origin else {
        return Ok(());
    };
    let billed = billing::of(conn, &trade.issued)?;
    let mut quantities: BTreeMap<ListingId, Micro> = BTreeMap::new();
    for line in purchase_orders::lines_of(conn, &trade.issued)? {
        let mut left = line.quantity;
        for part in billed.iter().filter(|part| part.position == line.position) {
            left = left.checked_sub(part.accepted)?;
        }
        let sum = quantities.entry(line.listing).or_default();
        *sum = sum.checked_add(left)?;
    }
    quantities.retain(|_, left| *left > Micro::ZERO);
    call_offs::give_back(conn, agreement, &quantities)
}

/// The fund pays its part of what was accepted, and of work done, and no more.
fn return_fund(conn: &mut Conn, by: &Actor, trade: &Trade) -> Result<()> {
    let mut share = None;
    for line in billing::of(conn, &trade.issued)? {
        if line.account == Payer::Fund {
            let accepted = value_of(line.whole, line.accepted, line.quantity)?.total();
            let work = invoices::work_done(conn, trade.issued.id, (line.payer, Payer::Fund))?;
            share = Some(accepted.checked_add(Money::new(work, accepted.currency()))?);
        }
    }
    // A pool's order has one line, so its fund has one share of it.
    let Some(share) = share else {
        return Ok(());
    };
    movements::lower(conn, by, trade.order.id, share)
}

/// One consultation, for both sides of its purchase order.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: ConsultationId) -> Result<Consultation> {
    let found = of(conn, id)?;
    let trade = Trade::seen(conn, by, found.purchase_order)?;
    require_side(&trade, by)?;
    Ok(found)
}

/// The consultations about a purchase order, for both sides of it, in time.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    after: Option<ConsultationId>,
    limit: i64,
) -> Result<Vec<Consultation>> {
    let trade = Trade::seen(conn, by, id)?;
    require_side(&trade, by)?;
    let mut query = table::table
        .filter(table::purchase_order_id.eq(id))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let currency = trade.issued.totals.currency();
    rows.into_iter().map(|row| read(row, currency)).collect()
}

fn require_side(trade: &Trade, by: &Actor) -> Result<()> {
    if [trade.issued.buyer, trade.issued.cooperative].contains(&by.organisation) {
        return Ok(());
    }
    Err(Refusal::not_found().into())
}

fn current(
    conn: &mut Conn,
    by: &Actor,
    id: ConsultationId,
    version: i64,
) -> Result<(Trade, Consultation)> {
    let found = of(conn, id)?;
    let trade = Trade::locked(conn, by, found.purchase_order)?;
    require_side(&trade, by)?;
    let found = of(conn, id)?;
    if found.version != version {
        return Err(Refusal::stale().into());
    }
    Ok((trade, found))
}

fn of(conn: &mut Conn, id: ConsultationId) -> Result<Consultation> {
    let row: Option<Row> = table::table.find(id).first(conn).optional()?;
    with_currency(conn, row.or_not_found()?)
}

fn with_currency(conn: &mut Conn, row: Row) -> Result<Consultation> {
    let issued = purchase_orders::whichever(conn, row.purchase_order_id)?;
    read(row, issued.totals.currency())
}

fn save(conn: &mut Conn, mut found: Consultation) -> Result<Consultation> {
    let changed = diesel::update(table::table.find(found.id))
        .filter(table::version.eq(found.version))
        .set((
            table::status.eq(found.state.as_str()),
            table::statement.eq(&found.statement),
            table::work_done_minor.eq(found.work_done.map(Money::minor)),
            table::answered_by.eq(found.answered_by),
            table::version.eq(found.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    found.version += 1;
    Ok(found)
}

/// Ends the time to answer of a consultation.
///
/// # Errors
/// [`Code::Stale`] where it was answered at this moment.
pub(super) fn lapse(conn: &mut Conn, mut found: Consultation, now: Time) -> Result<()> {
    found.state = CONSULTATION.next(found.state, ConsultationAct::Lapse)?;
    let trade = Trade::of_server(conn, found.purchase_order)?;
    let found = save(conn, found)?;
    let after = json!({"status": found.state.as_str()});
    let act = Act {
        act: "consultation.lapse",
        kind: "consultation",
        id: found.id.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record_by_server(conn, now, trade.issued.buyer, &act)?;
    let buyer = (trade.issued.buyer, Role::Buyer);
    let url = format!("/consultations/{}", found.id);
    notice::tell(conn, &trade, buyer, Event::ConsultationAnswered, url, now)
}

/// Consultations whose time to answer was over before `today`, at most `limit`.
///
/// # Errors
/// Those of the database.
pub(super) fn overdue(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<Consultation>> {
    let rows: Vec<Row> = table::table
        .filter(table::status.eq(ConsultationState::Open.as_str()))
        .filter(table::answer_by.lt(today))
        .order(table::answer_by)
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|row| with_currency(conn, row))
        .collect()
}
