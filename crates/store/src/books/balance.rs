//! The trial balance: what each account took in some months, and what it holds at their end.
use super::accounts::{self, account};
use super::entries::Wanted;
use super::periods::{self, READERS};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::sql::Id;
use accounting::Account;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use money::{Currency, Money};
use std::collections::BTreeMap;

/// Before every month.
const FIRST: &str = "0000-00";
/// After every month.
const LAST: &str = "9999-99";

/// An account in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which account, with the organisation's code.
    pub named: accounts::Named,
    /// What it held before.
    pub opening: Money,
    /// Debits of the months.
    pub debit: Money,
    /// Credits of the months, above zero.
    pub credit: Money,
    /// What it holds at the end: debits above zero.
    pub closing: Money,
}

/// The trial balance of the actor's book. The debits of a currency are its credits.
///
/// # Errors
/// [`crate::Code::Forbidden`], [`crate::Code::AmountOutOfRange`].
pub fn trial(conn: &mut Conn, by: &Actor, wanted: &Wanted) -> Result<Vec<Balance>> {
    by.require(&READERS)?;
    of(conn, by.organisation, wanted)
}

/// The trial balance of an organisation.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`].
pub fn of(conn: &mut Conn, organisation: OrganisationId, wanted: &Wanted) -> Result<Vec<Balance>> {
    let mut sums: BTreeMap<(Account, Currency), [i64; 3]> = BTreeMap::new();
    if let Some(from) = &wanted.from {
        let before = periods::before(from);
        for sum in summed(conn, organisation, FIRST, &before)? {
            let minor = sum.debit.checked_add(sum.credit).ok_or_else(out_of_range)?;
            let [opening, _, _] = sums.entry(sum.key()?).or_default();
            *opening = minor;
        }
    }
    let from = wanted.from.as_deref().unwrap_or(FIRST);
    let to = wanted.to.as_deref().unwrap_or(LAST);
    for sum in summed(conn, organisation, from, to)? {
        let [_, debit, credit] = sums.entry(sum.key()?).or_default();
        (*debit, *credit) = (sum.debit, sum.credit);
    }
    let chart: BTreeMap<Account, accounts::Named> = accounts::chart(conn, organisation)?
        .into_iter()
        .map(|named| (named.account, named))
        .collect();
    sums.into_iter()
        .map(|((account, currency), [opening, debit, credit])| {
            let money = |minor| Money::new(minor, currency);
            let named = chart.get(&account).cloned();
            Ok(Balance {
                named: named.ok_or_else(|| corrupt("book_accounts.account"))?,
                opening: money(opening),
                debit: money(debit),
                credit: Money::zero(currency).checked_sub(money(credit))?,
                closing: money(opening)
                    .checked_add(money(debit))?
                    .checked_add(money(credit))?,
            })
        })
        .collect()
}

/// Debits and credits of an account in a currency, as the database added them up.
#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    debit: i64,
    #[diesel(sql_type = BigInt)]
    credit: i64,
}

impl Sum {
    fn key(&self) -> Result<(Account, Currency)> {
        let currency =
            Currency::parse(&self.currency).map_err(|_| corrupt("journal_postings.currency"))?;
        Ok((account(&self.account)?, currency))
    }
}

const SUMS: &str = "SELECT p.account AS account, p.currency AS currency, \
    CAST(SUM(CASE WHEN p.amount_minor > 0 THEN p.amount_minor ELSE 0 END) AS BIGINT) AS debit, \
    CAST(SUM(CASE WHEN p.amount_minor < 0 THEN p.amount_minor ELSE 0 END) AS BIGINT) AS credit \
    FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id \
    WHERE e.organisation_id = $1 AND e.period >= $2 AND e.period <= $3 \
    GROUP BY p.account, p.currency";

/// Adds up the months from `from` to `to`.
fn summed(conn: &mut Conn, organisation: OrganisationId, from: &str, to: &str) -> Result<Vec<Sum>> {
    let query = diesel::sql_query(SUMS)
        .bind::<Id, _>(organisation)
        .bind::<Text, _>(from)
        .bind::<Text, _>(to);
    Ok(query.load(conn)?)
}

fn out_of_range() -> crate::Error {
    money::MoneyError::OutOfRange.into()
}
