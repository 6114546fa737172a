//! Advances from a rotating fund: where a buyer lacks the cash, a network's fund pays its advance, backed by
//! those who paid into it, without interest, and has it back as goods are delivered.
//!
//! What is held, lent and repaid moves the fund's balance like its movements do, which is never below zero.
use super::advance;
use super::payments::{self, NewPayment};
use super::trade::Trade;
use crate::actor::Actor;
use crate::books::money_moved::{self, Moved};
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt, taken};
use crate::ids::{
    FundAdvanceId, FundId, FundRepaymentId, OrganisationId, PersonId, PurchaseOrderId,
};
use crate::operations::{audit, counters};
use crate::orders::payers::Payer;
use crate::pools::funds::{self, Fund};
use crate::schema::{
    fund_advance_approvals as approvals, fund_advance_backers as backers, fund_advances as table,
    fund_movements, fund_repayments, network_members,
};
use crate::sql::Time;
use accounting::{Account, EntryKind};
use diesel::dsl::exists;
use diesel::prelude::*;
use governance::Role;
use money::{Money, apportion};
use ordering::{
    AdvanceAccount, FUND_ADVANCE, FundAdvanceAct, FundAdvanceState, FundUse, PurchaseOrderState,
};
use serde_json::json;

/// Stewards who approve, besides the one who proposed.
pub const APPROVALS: usize = 2;
/// The references' prefix and the counter behind them: the network's.
const SERIES: (&str, &str) = ("AF", "fund_advances");

/// An advance to be proposed.
#[derive(Clone, Debug)]
pub struct NewAdvance {
    /// From which fund.
    pub fund: FundId,
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Whose advance it pays.
    pub payer: OrganisationId,
    /// How much, above zero.
    pub amount: Money,
    /// One of the five uses.
    pub used_for: FundUse,
}

/// An advance that a fund pays for a buyer.
#[derive(Clone, Debug)]
pub struct FundAdvance {
    /// Orders advances in time.
    pub id: FundAdvanceId,
    /// What people call it: `AF-2026-000001`, distinct among the fund's.
    pub reference: String,
    /// From which fund.
    pub fund: FundId,
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Whose advance it pays.
    pub payer: OrganisationId,
    /// One of the five uses.
    pub used_for: FundUse,
    /// Where it stands.
    pub state: FundAdvanceState,
    /// How much.
    pub amount: Money,
    /// What came back.
    pub repaid: Money,
    /// What of it deliveries have made due, less what came back.
    pub due: Money,
    /// Who proposed it, and so cannot approve it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: Time,
    /// When the co-operative got it.
    pub released_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
    /// Who has paid into the fund, and what part of this advance is theirs.
    pub backers: Vec<(OrganisationId, Money)>,
    /// Who has approved.
    pub approvals: Vec<PersonId>,
}

#[derive(Queryable)]
struct Row {
    id: FundAdvanceId,
    reference: String,
    fund_id: FundId,
    purchase_order_id: PurchaseOrderId,
    payer_id: OrganisationId,
    used_for: String,
    status: String,
    amount_minor: i64,
    repaid_minor: i64,
    proposed_by: PersonId,
    proposed_at: Time,
    released_at: Option<Time>,
    version: i64,
}

/// A steward proposes that the fund pays a buyer's advance, or a part of it. The money is held from now on.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but a steward of the fund's network, [`Code::NotFound`] for a purchase order
/// of a co-operative outside the network or whose advance is not that payer's, [`Code::WrongState`] unless it is in production, [`Code::OverPaid`],
/// [`Code::FundTooLow`], [`Code::CurrencyMismatch`].
pub fn propose(conn: &mut Conn, by: &Actor, new: &NewAdvance) -> Result<FundAdvance> {
    let fund = funds::own(conn, by, new.fund)?;
    by.require_admitted()?;
    by.require(&[Role::FundSteward])?;
    let trade = Trade::of_server(conn, new.purchase_order)?;
    let member = network_members::table.find((by.organisation, trade.issued.cooperative));
    if !diesel::select(exists(member)).get_result(conn)? {
        return Err(Refusal::not_found().into());
    }
    let account = advance::of_payer(conn, new.purchase_order, (new.payer, Payer::Buyer))?;
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    let most = account.holds.agreed.checked_sub(account.holds.paid)?;
    advance::at_most(new.amount, most, "What is still to come of this advance is")?;
    fund.balance.checked_sub(new.amount)?;
    funds::take(conn, new.fund, new.amount)?;
    let id = FundAdvanceId::fresh();
    let reference = counters::reference(conn, fund.organisation, SERIES, by.now)?;
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::reference.eq(&reference),
            table::fund_id.eq(new.fund),
            table::purchase_order_id.eq(new.purchase_order),
            table::payer_id.eq(new.payer),
            table::used_for.eq(new.used_for.as_str()),
            table::status.eq(FUND_ADVANCE.initial.as_str()),
            table::amount_minor.eq(new.amount.minor()),
            table::repaid_minor.eq(0_i64),
            table::proposed_by.eq(by.person),
            table::proposed_at.eq(by.now),
            table::version.eq(1_i64),
        ))
        .execute(conn)?;
    back(conn, id, &fund, new.amount)?;
    let after = json!({
        "reference": reference,
        "amount": new.amount.to_string(),
        "use": new.used_for.as_str(),
    });
    audit::change(conn, by, "fund_advance.propose", id.uuid(), None, &after)?;
    get(conn, by, new.fund, id)
}

/// Divides an advance among those who paid into the fund, by what they paid.
fn back(conn: &mut Conn, id: FundAdvanceId, fund: &Fund, amount: Money) -> Result<()> {
    let paid: Vec<(Option<OrganisationId>, i64)> = fund_movements::table
        .filter(fund_movements::fund_id.eq(fund.id))
        .filter(fund_movements::kind.eq("deposit"))
        .filter(fund_movements::status.eq("signed"))
        .order(fund_movements::payer_id)
        .select((fund_movements::payer_id, fund_movements::amount_minor))
        .load(conn)?;
    let mut sums: std::collections::BTreeMap<OrganisationId, u128> =
        std::collections::BTreeMap::new();
    for (payer, minor) in paid {
        if let Some(payer) = payer {
            *sums.entry(payer).or_default() += u128::from(minor.unsigned_abs());
        }
    }
    let weights: Vec<u128> = sums.values().copied().collect();
    let parts =
        apportion(amount.minor(), &weights).ok_or_else(|| corrupt("fund_movements.payer_id"))?;
    for (organisation, part) in sums.keys().zip(parts) {
        diesel::insert_into(backers::table)
            .values((
                backers::advance_id.eq(id),
                backers::organisation_id.eq(*organisation),
                backers::amount_minor.eq(part),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Another steward approves. With the last approval the co-operative has the money: it counts as the buyer's
/// advance.
///
/// # Errors
/// [`Code::DistinctPersonRequired`] for who proposed it, [`Code::Duplicate`] for who has approved it already,
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`], [`Code::OverPaid`] where the
/// buyer's own money came meanwhile.
pub fn approve(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundAdvanceId,
    version: i64,
) -> Result<FundAdvance> {
    let found = to_change(conn, by, fund, id, version)?;
    let released = FUND_ADVANCE.next(found.state, FundAdvanceAct::Release)?;
    let mandate = by
        .mandate
        .ok_or_else(|| Refusal::new(Code::Forbidden, "Approving needs a mandate."))?;
    if found.proposed_by == by.person {
        let detail = "Whoever proposed an advance cannot approve it.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    let twice = Refusal::new(Code::Duplicate, "You have approved this advance already.");
    diesel::insert_into(approvals::table)
        .values((
            approvals::advance_id.eq(id),
            approvals::person_id.eq(by.person),
            approvals::mandate_id.eq(mandate),
            approvals::approved_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    audit::change(
        conn,
        by,
        "fund_advance.approve",
        id.uuid(),
        None,
        &json!({}),
    )?;
    let complete = found.approvals.len() + 1 >= APPROVALS;
    let state = if complete { released } else { found.state };
    save(
        conn,
        &found,
        (state, found.repaid, complete.then_some(by.now)),
    )?;
    if complete {
        release(conn, by, &found)?;
    }
    get(conn, by, fund, id)
}

fn release(conn: &mut Conn, by: &Actor, found: &FundAdvance) -> Result<()> {
    let trade = Trade::of_server(conn, found.purchase_order)?;
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    let payment = NewPayment {
        amount: found.amount,
        paid_on: by.now.date(),
        bank_reference: found.reference.clone(),
    };
    payments::advance_from_fund(conn, by, &trade, found.payer, &payment)?;
    let after = json!({"amount": found.amount.to_string()});
    audit::change(
        conn,
        by,
        "fund_advance.release",
        found.id.uuid(),
        None,
        &after,
    )
}

/// A steward takes a proposal back: the fund has its money again.
///
/// # Errors
/// [`Code::WrongState`] once it is released, [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`].
pub fn cancel(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundAdvanceId,
    version: i64,
) -> Result<FundAdvance> {
    let found = to_change(conn, by, fund, id, version)?;
    let cancelled = FUND_ADVANCE.next(found.state, FundAdvanceAct::Cancel)?;
    save(conn, &found, (cancelled, found.repaid, None))?;
    funds::put(conn, fund, found.amount)?;
    audit::change(conn, by, "fund_advance.cancel", id.uuid(), None, &json!({}))?;
    get(conn, by, fund, id)
}

/// A steward records what the buyer paid back.
///
/// # Errors
/// [`Code::OverPaid`] past what was lent, [`Code::Duplicate`] for the same bank reference, [`Code::WrongState`]
/// unless it is released, [`Code::CurrencyMismatch`], [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`].
pub fn repay(
    conn: &mut Conn,
    by: &Actor,
    (fund, id): (FundId, FundAdvanceId),
    version: i64,
    new: &NewPayment,
) -> Result<FundAdvance> {
    let found = to_change(conn, by, fund, id, version)?;
    let all = FUND_ADVANCE.next(found.state, FundAdvanceAct::Repay)?;
    let most = found.amount.checked_sub(found.repaid)?;
    advance::at_most(new.amount, most, "What is still lent of it is")?;
    let twice = Refusal::new(
        Code::Duplicate,
        format!(
            "The payment {} has been recorded already.",
            new.bank_reference
        ),
    );
    let repayment = FundRepaymentId::fresh();
    diesel::insert_into(fund_repayments::table)
        .values((
            fund_repayments::id.eq(repayment),
            fund_repayments::advance_id.eq(id),
            fund_repayments::amount_minor.eq(new.amount.minor()),
            fund_repayments::paid_on.eq(new.paid_on),
            fund_repayments::bank_reference.eq(&new.bank_reference),
            fund_repayments::recorded_by.eq(by.person),
            fund_repayments::created_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    let repaid = found.repaid.checked_add(new.amount)?;
    let state = if repaid == found.amount {
        all
    } else {
        found.state
    };
    save(conn, &found, (state, repaid, found.released_at))?;
    funds::put(conn, fund, new.amount)?;
    let moved = Moved {
        kind: EntryKind::FundRepayment,
        source: repayment.uuid(),
        bank_reference: &new.bank_reference,
        on: new.paid_on,
        purchase_order: Some(found.purchase_order),
        amount: new.amount,
        from: (found.payer, Account::FundAdvancesOwed),
        to: (by.organisation, Account::FundAdvancesLent),
    };
    money_moved::both(conn, moved, by.now)?;
    let after = json!({"repaid": repaid.to_string()});
    audit::change(conn, by, "fund_advance.repay", id.uuid(), None, &after)?;
    get(conn, by, fund, id)
}

fn to_change(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundAdvanceId,
    version: i64,
) -> Result<FundAdvance> {
    funds::own(conn, by, fund)?;
    by.require(&[Role::FundSteward])?;
    let found = get(conn, by, fund, id)?;
    if found.version != version {
        return Err(Refusal::stale().into());
    }
    Ok(found)
}

fn save(
    conn: &mut Conn,
    found: &FundAdvance,
    (state, repaid, released_at): (FundAdvanceState, Money, Option<Time>),
) -> Result<()> {
    let changed = diesel::update(table::table.find(found.id))
        .filter(table::version.eq(found.version))
        .set((
            table::status.eq(state.as_str()),
            table::repaid_minor.eq(repaid.minor()),
            table::released_at.eq(released_at),
            table::version.eq(found.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// One advance of a fund, for its network, the buyer that it pays for, and those who back it.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, fund: FundId, id: FundAdvanceId) -> Result<FundAdvance> {
    let keeper = funds::get(conn, fund)?;
    let row: Option<Row> = table::table
        .find(id)
        .filter(table::fund_id.eq(fund))
        .first(conn)
        .optional()?;
    let found = read(conn, row.or_not_found()?)?;
    let backs = found
        .backers
        .iter()
        .any(|(backer, _)| *backer == by.organisation);
    if keeper.organisation == by.organisation || found.payer == by.organisation || backs {
        return Ok(found);
    }
    Err(Refusal::not_found().into())
}

/// The advances of a fund, for its network, in time.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for a buyer who sees that the fund exists.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    after: Option<FundAdvanceId>,
    limit: i64,
) -> Result<Vec<FundAdvance>> {
    funds::own(conn, by, fund)?;
    let mut query = table::table
        .filter(table::fund_id.eq(fund))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    read_all(conn, rows)
}

fn read(conn: &mut Conn, row: Row) -> Result<FundAdvance> {
    read_all(conn, vec![row])?.pop().or_not_found()
}

/// The advances with what belongs to each, by one query for all of them.
fn read_all(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<FundAdvance>> {
    let ids: Vec<FundAdvanceId> = rows.iter().map(|row| row.id).collect();
    let issued: Vec<PurchaseOrderId> = rows.iter().map(|row| row.purchase_order_id).collect();
    let held = advance::of_all(conn, issued)?;
    let parts: Vec<(FundAdvanceId, OrganisationId, i64)> = backers::table
        .filter(backers::advance_id.eq_any(ids.clone()))
        .order(backers::organisation_id)
        .select((
            backers::advance_id,
            backers::organisation_id,
            backers::amount_minor,
        ))
        .load(conn)?;
    let given: Vec<(FundAdvanceId, PersonId)> = approvals::table
        .filter(approvals::advance_id.eq_any(ids))
        .order(approvals::approved_at)
        .select((approvals::advance_id, approvals::person_id))
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let account = held.iter().find(|account| {
                account.purchase_order == row.purchase_order_id
                    && account.payer == row.payer_id
                    && account.account == Payer::Buyer
            });
            let mut found = with_account(row, &account.or_not_found()?.holds)?;
            let currency = found.amount.currency();
            let own = parts.iter().filter(|(advance, ..)| *advance == found.id);
            found.backers = own
                .map(|(_, who, minor)| (*who, Money::new(*minor, currency)))
                .collect();
            let own = given.iter().filter(|(advance, _)| *advance == found.id);
            found.approvals = own.map(|(_, who)| *who).collect();
            Ok(found)
        })
        .collect()
}

fn with_account(row: Row, held: &AdvanceAccount) -> Result<FundAdvance> {
    let netted = held.netted.minor().min(row.amount_minor);
    let amount = |minor| Money::new(minor, held.netted.currency());
    Ok(FundAdvance {
        id: row.id,
        reference: row.reference,
        fund: row.fund_id,
        purchase_order: row.purchase_order_id,
        payer: row.payer_id,
        used_for: FundUse::parse(&row.used_for).map_err(|_| corrupt("fund_advances.use"))?,
        state: FundAdvanceState::parse(&row.status).map_err(|_| corrupt("fund_advances.status"))?,
        amount: amount(row.amount_minor),
        repaid: amount(row.repaid_minor),
        due: amount(netted.saturating_sub(row.repaid_minor).max(0)),
        proposed_by: row.proposed_by,
        proposed_at: row.proposed_at,
        released_at: row.released_at,
        version: row.version,
        backers: Vec::new(),
        approvals: Vec::new(),
    })
}
