//! The advance: an account of its own for each payer, filled once, netted on invoices, and given back where
//! nothing is left to net it on.
use super::trade::Trade;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::orders::payers::Payer;
use crate::schema::advance_accounts as table;
use diesel::prelude::*;
use money::{Currency, Money};
use ordering::AdvanceAccount;

/// One payer's advance.
#[derive(Clone, Debug)]
pub struct Account {
    /// Of which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// Who pays it.
    pub payer: OrganisationId,
    /// On whose account.
    pub account: Payer,
    /// What was agreed, came in, was netted and given back.
    pub holds: AdvanceAccount,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    purchase_order_id: PurchaseOrderId,
    payer_id: OrganisationId,
    account: String,
    currency: String,
    whole_minor: i64,
    agreed_minor: i64,
    paid_minor: i64,
    netted_minor: i64,
    refunded_minor: i64,
    version: i64,
}

impl TryFrom<Row> for Account {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("advance_accounts.currency"))?;
        let amount = |minor| Money::new(minor, currency);
        Ok(Self {
            purchase_order: row.purchase_order_id,
            payer: row.payer_id,
            account: Payer::parse(&row.account)
                .ok_or_else(|| corrupt("advance_accounts.account"))?,
            holds: AdvanceAccount {
                whole: amount(row.whole_minor),
                agreed: amount(row.agreed_minor),
                paid: amount(row.paid_minor),
                netted: amount(row.netted_minor),
                refunded: amount(row.refunded_minor),
            },
            version: row.version,
        })
    }
}

/// The advance accounts of a purchase order: all of them for the co-operative, its own for a payer.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn see(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Vec<Account>> {
    let trade = Trade::seen(conn, by, id)?;
    let mut all = of(conn, id)?;
    if trade.issued.cooperative != by.organisation {
        all.retain(|account| account.payer == by.organisation);
    }
    Ok(all)
}

/// All of them, by payer.
///
/// # Errors
/// Those of the database.
pub(super) fn of(conn: &mut Conn, id: PurchaseOrderId) -> Result<Vec<Account>> {
    let rows: Vec<Row> = table::table
        .filter(table::purchase_order_id.eq(id))
        .order((table::account, table::payer_id))
        .load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Those of several purchase orders.
///
/// # Errors
/// Those of the database.
pub(super) fn of_all(conn: &mut Conn, ids: Vec<PurchaseOrderId>) -> Result<Vec<Account>> {
    let rows: Vec<Row> = table::table
        .filter(table::purchase_order_id.eq_any(ids))
        .load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

/// One payer's.
///
/// # Errors
/// [`Code::NotFound`].
pub(super) fn of_payer(
    conn: &mut Conn,
    id: PurchaseOrderId,
    (payer, account): (OrganisationId, Payer),
) -> Result<Account> {
    let row: Option<Row> = table::table
        .find((id, payer, account.as_str()))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// Writes what an account holds now. The database refuses more than was agreed or came in.
///
/// # Errors
/// [`Code::Stale`].
pub(super) fn save(conn: &mut Conn, account: &Account) -> Result<()> {
    let key = (
        account.purchase_order,
        account.payer,
        account.account.as_str(),
    );
    let changed = diesel::update(table::table.find(key))
        .filter(table::version.eq(account.version))
        .set((
            table::paid_minor.eq(account.holds.paid.minor()),
            table::netted_minor.eq(account.holds.netted.minor()),
            table::refunded_minor.eq(account.holds.refunded.minor()),
            table::version.eq(account.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

impl Account {
    /// What came in and was neither netted nor given back.
    ///
    /// # Errors
    /// [`Code::AmountOutOfRange`].
    pub fn left(&self) -> Result<Money> {
        let left = self.holds.paid.checked_sub(self.holds.netted)?;
        Ok(left.checked_sub(self.holds.refunded)?)
    }
}

/// Refuses an amount past `most`, saying how much may be, or of another currency.
pub(super) fn at_most(amount: Money, most: Money, what: &str) -> Result<()> {
    if amount.checked_sub(most)?.minor() <= 0 {
        return Ok(());
    }
    let detail = format!("{what} {most}, and this is {amount}.");
    Err(Refusal::new(Code::OverPaid, detail).at("/amount").into())
}
