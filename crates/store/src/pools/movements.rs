//! The movements of a fund: deposits that two stewards sign, releases that pay a share of an order, and
//! what comes back of them. Rows are added, never removed, and
//! `balance = signed deposits − releases + returns`, always.
use super::funds;
use crate::actor::Actor;
use crate::books::money_moved::{self, Moved};
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt, if_found};
use crate::identity::organisations;
use crate::ids::{FundId, FundMovementId, OrderId, OrganisationId, PersonId};
use crate::operations::audit::{self, Act};
use crate::schema::{fund_movements, funds as fund_table};
use crate::sql::Time;
use accounting::{Account, EntryKind};
use diesel::prelude::*;
use governance::Role;
use money::{Currency, Money};
use serde_json::json;

/// Declares a closed list of words with its reading and writing.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$value_doc])* $value,)+ }

        impl $name {
            /// The word in the database and in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }
            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)+ _ => None }
            }
        }
    };
}

words! {
    /// Which way the money goes.
    Kind {
        /// Into the fund, from a payer.
        Deposit = "deposit",
        /// Out of the fund, for an order.
        Release = "release",
        /// Back into the fund, from an order that was cancelled.
        Return = "return",
    }
}

words! {
    /// Where a movement stands.
    Status {
        /// A deposit that does not count yet; a release that is held.
        Proposed = "proposed",
        /// Done.
        Signed = "signed",
        /// It came to nothing.
        Cancelled = "cancelled",
    }
}

/// A movement.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Orders movements in time.
    pub id: FundMovementId,
    /// Of which fund.
    pub fund: FundId,
    /// Which way.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// Above zero.
    pub amount: Money,
    /// For which order; absent for a deposit.
    pub order: Option<OrderId>,
    /// Who paid a deposit.
    pub payer: Option<OrganisationId>,
    /// What for.
    pub note: String,
    /// Who proposed it; absent for what the server gave back by itself.
    pub proposed_by: Option<PersonId>,
    /// When.
    pub proposed_at: Time,
    /// Who signed it: another person.
    pub signed_by: Option<PersonId>,
    /// When.
    pub signed_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: FundMovementId,
    fund_id: FundId,
    kind: String,
    status: String,
    amount_minor: i64,
    order_id: Option<OrderId>,
    payer_id: Option<OrganisationId>,
    note: String,
    proposed_by: Option<PersonId>,
    proposed_at: Time,
    signed_by: Option<PersonId>,
    signed_at: Option<Time>,
    version: i64,
}

impl Row {
    fn in_currency(self, currency: Currency) -> Result<Movement> {
        Ok(Movement {
            id: self.id,
            fund: self.fund_id,
            kind: Kind::parse(&self.kind).ok_or_else(|| corrupt("fund_movements.kind"))?,
            status: Status::parse(&self.status).ok_or_else(|| corrupt("fund_movements.status"))?,
            amount: Money::new(self.amount_minor, currency),
            order: self.order_id,
            payer: self.payer_id,
            note: self.note,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            signed_by: self.signed_by,
            signed_at: self.signed_at,
            version: self.version,
        })
    }
}

/// A deposit to be proposed.
#[derive(Clone, Debug)]
pub struct NewDeposit {
    /// Into which fund.
    pub fund: FundId,
    /// Above zero, in the fund's currency.
    pub amount: Money,
    /// The organisation that paid it.
    pub payer: OrganisationId,
    /// What for.
    pub note: String,
}

/// A steward proposes a deposit that the payer has made. It counts once another has signed it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for anybody but a steward, [`Code::InvalidInput`] for
/// another currency or a payer that has not been admitted.
pub fn propose_deposit(conn: &mut Conn, by: &Actor, new: &NewDeposit) -> Result<Movement> {
    let fund = funds::own(conn, by, new.fund)?;
    by.require_admitted()?;
    by.require(&[Role::FundSteward])?;
    let currency = fund.balance.currency();
    if new.amount.currency() != currency {
        let detail = format!("The fund is kept in {}.", currency.code());
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/amount/currency")
            .into());
    }
    admitted_payer(conn, by, new.payer)?;
    let id = insert(
        conn,
        &NewMovement {
            fund: new.fund,
            kind: Kind::Deposit,
            status: Status::Proposed,
            amount: new.amount,
            order: None,
            payer: Some(new.payer),
            note: &new.note,
            proposed_by: Some(by.person),
            now: by.now,
        },
    )?;
    record(
        conn,
        by,
        "fund.propose_deposit",
        id,
        None,
        Status::Proposed,
        new.amount,
    )?;
    get(conn, by, new.fund, id)
}

/// Every subsidy has a paying organisation that somebody can ask.
fn admitted_payer(conn: &mut Conn, by: &Actor, payer: OrganisationId) -> Result<()> {
    let known = if_found(organisations::seen_by(conn, by, payer))?;
    if known.is_some_and(|found| found.status == organisations::Status::Admitted) {
        return Ok(());
    }
    Err(
        Refusal::new(Code::InvalidInput, "The payer is no admitted organisation.")
            .at("/payer_id")
            .into(),
    )
}

/// Another steward signs a deposit: from now on it can be paid out.
///
/// # Errors
/// [`Code::DistinctPersonRequired`] for whoever proposed it, [`Code::WrongState`], [`Code::Stale`],
/// [`Code::AmountOutOfRange`], [`Code::Forbidden`], [`Code::NotFound`].
pub fn sign_deposit(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundMovementId,
    version: i64,
) -> Result<Movement> {
    let before = proposed_deposit(conn, by, fund, id)?;
    if before.proposed_by == Some(by.person) {
        let detail = "Whoever proposed a deposit cannot sign it.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    let changed = diesel::update(fund_movements::table.find(id))
        .filter(fund_movements::version.eq(version))
        .filter(fund_movements::status.eq(Status::Proposed.as_str()))
        .set((
            fund_movements::status.eq(Status::Signed.as_str()),
            fund_movements::signed_by.eq(Some(by.person)),
            fund_movements::signed_at.eq(Some(by.now)),
            fund_movements::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    funds::put(conn, fund, before.amount)?;
    let payer = before
        .payer
        .ok_or_else(|| corrupt("fund_movements.payer_id"))?;
    if payer != by.organisation {
        let moved = Moved {
            kind: EntryKind::Grant,
            source: id.uuid(),
            bank_reference: &before.note,
            on: by.now.date(),
            purchase_order: None,
            amount: before.amount,
            from: (payer, Account::GrantsGiven),
            to: (by.organisation, Account::GrantsReceived),
        };
        money_moved::both(conn, moved, by.now)?;
    }
    record(
        conn,
        by,
        "fund.sign_deposit",
        id,
        Some(Status::Proposed),
        Status::Signed,
        before.amount,
    )?;
    get(conn, by, fund, id)
}

/// A steward takes back a deposit that was not signed.
///
/// # Errors
/// [`Code::WrongState`], [`Code::Stale`], [`Code::Forbidden`], [`Code::NotFound`].
pub fn cancel_deposit(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundMovementId,
    version: i64,
) -> Result<Movement> {
    let before = proposed_deposit(conn, by, fund, id)?;
    let changed = diesel::update(fund_movements::table.find(id))
        .filter(fund_movements::version.eq(version))
        .filter(fund_movements::status.eq(Status::Proposed.as_str()))
        .set((
            fund_movements::status.eq(Status::Cancelled.as_str()),
            fund_movements::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    record(
        conn,
        by,
        "fund.cancel_deposit",
        id,
        Some(Status::Proposed),
        Status::Cancelled,
        before.amount,
    )?;
    get(conn, by, fund, id)
}

fn proposed_deposit(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    id: FundMovementId,
) -> Result<Movement> {
    let movement = get(conn, by, fund, id)?;
    by.require_admitted()?;
    by.require(&[Role::FundSteward])?;
    if movement.kind != Kind::Deposit {
        let detail = "A release is signed by approving the fund's share of its order.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if movement.status != Status::Proposed {
        let detail = format!(
            "The deposit is {}; only one that is proposed can be signed or cancelled.",
            movement.status.as_str()
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok(movement)
}

/// Holds the fund's share of an order, in the transaction that makes the order: what is held cannot
/// be promised to another.
///
/// # Errors
/// [`Code::FundTooLow`].
pub fn hold(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    order: OrderId,
    amount: Money,
) -> Result<FundMovementId> {
    funds::take(conn, fund, amount)?;
    let id = insert(
        conn,
        &NewMovement {
            fund,
            kind: Kind::Release,
            status: Status::Proposed,
            amount,
            order: Some(order),
            payer: None,
            note: "The fund's share of an order.",
            proposed_by: Some(by.person),
            now: by.now,
        },
    )?;
    record(conn, by, "fund.hold", id, None, Status::Proposed, amount)?;
    Ok(id)
}

/// Signs the release of an order, once the fund's stewards have approved its share; `by` is the last
/// of them.
///
/// # Errors
/// [`Code::WrongState`] where nothing is held, [`Code::DistinctPersonRequired`] for whoever closed the pool.
pub fn sign_release(conn: &mut Conn, by: &Actor, order: OrderId) -> Result<()> {
    let held = of_order(conn, order)?
        .into_iter()
        .find(|movement| movement.kind == Kind::Release && movement.status == Status::Proposed);
    let Some(held) = held else {
        let detail = "Nothing of a fund is held for this order.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    };
    if held.proposed_by == Some(by.person) {
        let detail = "Whoever closed the pool cannot sign the fund's release.";
        return Err(Refusal::new(Code::DistinctPersonRequired, detail).into());
    }
    diesel::update(fund_movements::table.find(held.id))
        .set((
            fund_movements::status.eq(Status::Signed.as_str()),
            fund_movements::signed_by.eq(Some(by.person)),
            fund_movements::signed_at.eq(Some(by.now)),
            fund_movements::version.eq(fund_movements::version + 1),
        ))
        .execute(conn)?;
    record(
        conn,
        by,
        "fund.sign_release",
        held.id,
        Some(Status::Proposed),
        Status::Signed,
        held.amount,
    )
}

/// Gives back, in full, what the fund holds or paid for an order: it was cancelled, or is priced
/// again and held anew. Nothing where the fund has no part in it. `by` is absent where the server does
/// it by itself.
///
/// # Errors
/// Those of the database.
pub fn give_back(conn: &mut Conn, by: Option<&Actor>, order: OrderId, now: Time) -> Result<()> {
    let movements = of_order(conn, order)?;
    let Some((fund, amount)) = outstanding(&movements)? else {
        return Ok(());
    };
    diesel::update(fund_movements::table)
        .filter(fund_movements::order_id.eq(Some(order)))
        .filter(fund_movements::kind.eq(Kind::Release.as_str()))
        .filter(fund_movements::status.eq(Status::Proposed.as_str()))
        .set((
            fund_movements::status.eq(Status::Cancelled.as_str()),
            fund_movements::version.eq(fund_movements::version + 1),
        ))
        .execute(conn)?;
    put_back(conn, by, order, (fund, amount), now)
}

/// Gives back what a price that fell before it was locked leaves of the fund's share; what is signed
/// stays signed.
///
/// # Errors
/// [`Code::AmountOutOfRange`].
pub fn lower(conn: &mut Conn, by: &Actor, order: OrderId, share: Money) -> Result<()> {
    let movements = of_order(conn, order)?;
    let Some((fund, held)) = outstanding(&movements)? else {
        return Ok(());
    };
    let left = held.checked_sub(share)?;
    if left.minor() <= 0 {
        return Ok(());
    }
    put_back(conn, Some(by), order, (fund, left), by.now)
}

fn put_back(
    conn: &mut Conn,
    by: Option<&Actor>,
    order: OrderId,
    (fund, amount): (FundId, Money),
    now: Time,
) -> Result<()> {
    funds::put(conn, fund, amount)?;
    let id = insert(
        conn,
        &NewMovement {
            fund,
            kind: Kind::Return,
            status: Status::Signed,
            amount,
            order: Some(order),
            payer: None,
            note: "What an order does not take.",
            proposed_by: by.map(|actor| actor.person),
            now,
        },
    )?;
    let after = json!({"order": order.to_string(), "amount": amount.to_string()});
    let act = Act {
        act: "fund.return",
        kind: "fund_movement",
        id: id.uuid(),
        before: None,
        after: Some(&after),
    };
    match by {
        Some(actor) => audit::record(conn, actor, &act),
        None => {
            let keeper = funds::get(conn, fund)?.organisation;
            audit::record_by_server(conn, now, keeper, &act)
        }
    }
}

/// What one fund has given for an order and not got back; `None` where that is nothing.
fn outstanding(movements: &[Movement]) -> Result<Option<(FundId, Money)>> {
    let Some(first) = movements.first() else {
        return Ok(None);
    };
    let mut sum = Money::zero(first.amount.currency());
    for movement in movements {
        sum = match movement.kind {
            Kind::Release => sum.checked_add(movement.amount)?,
            Kind::Return => sum.checked_sub(movement.amount)?,
            Kind::Deposit => sum,
        };
    }
    Ok((sum.minor() > 0).then_some((first.fund, sum)))
}

/// One movement of a fund of the actor's own network.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for a buyer who sees that the fund exists.
pub fn get(conn: &mut Conn, by: &Actor, fund: FundId, id: FundMovementId) -> Result<Movement> {
    let fund = funds::own(conn, by, fund)?;
    let row: Option<Row> = fund_movements::table
        .find(id)
        .filter(fund_movements::fund_id.eq(fund.id))
        .first(conn)
        .optional()?;
    row.or_not_found()?.in_currency(fund.balance.currency())
}

/// The movements of a fund of the actor's own network, oldest first, after `after`.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for a buyer who sees that the fund exists.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    fund: FundId,
    after: Option<FundMovementId>,
    limit: i64,
) -> Result<Vec<Movement>> {
    let fund = funds::own(conn, by, fund)?;
    let mut query = fund_movements::table
        .filter(fund_movements::fund_id.eq(fund.id))
        .order(fund_movements::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(fund_movements::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter()
        .map(|row| row.in_currency(fund.balance.currency()))
        .collect()
}

fn of_order(conn: &mut Conn, order: OrderId) -> Result<Vec<Movement>> {
    let rows: Vec<(Row, String)> = fund_movements::table
        .inner_join(fund_table::table)
        .filter(fund_movements::order_id.eq(Some(order)))
        .order(fund_movements::id)
        .select((fund_movements::all_columns, fund_table::currency))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, currency)| {
            let currency = Currency::parse(&currency).map_err(|_| corrupt("funds.currency"))?;
            row.in_currency(currency)
        })
        .collect()
}

struct NewMovement<'a> {
    fund: FundId,
    kind: Kind,
    status: Status,
    amount: Money,
    order: Option<OrderId>,
    payer: Option<OrganisationId>,
    note: &'a str,
    proposed_by: Option<PersonId>,
    now: Time,
}

fn insert(conn: &mut Conn, new: &NewMovement<'_>) -> Result<FundMovementId> {
    let id = FundMovementId::fresh();
    diesel::insert_into(fund_movements::table)
        .values((
            fund_movements::id.eq(id),
            fund_movements::fund_id.eq(new.fund),
            fund_movements::kind.eq(new.kind.as_str()),
            fund_movements::status.eq(new.status.as_str()),
            fund_movements::amount_minor.eq(new.amount.minor()),
            fund_movements::order_id.eq(new.order),
            fund_movements::payer_id.eq(new.payer),
            fund_movements::note.eq(new.note),
            fund_movements::proposed_by.eq(new.proposed_by),
            fund_movements::proposed_at.eq(new.now),
            fund_movements::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    id: FundMovementId,
    before: Option<Status>,
    after: Status,
    amount: Money,
) -> Result<()> {
    let before = before.map(|status| json!({"status": status.as_str()}));
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "fund_movement",
            id: id.uuid(),
            before: before.as_ref(),
            after: Some(&json!({"status": after.as_str(), "amount": amount.to_string()})),
        },
    )
}
