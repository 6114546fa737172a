//! The codes and names that an organisation gives the accounts of the chart.
use super::periods::{KEEPERS, READERS};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::OrganisationId;
use crate::operations::audit::{self, Act};
use crate::operations::counters;
use crate::schema::book_accounts as table;
use accounting::Account;
use diesel::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// An account with the organisation's own code and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub account: Account,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The chart of an organisation: its own codes, and ours where it gave none.
///
/// # Errors
/// Those of the database.
pub fn chart(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Named>> {
    let rows: Vec<(String, String, String)> = table::table
        .filter(table::organisation_id.eq(organisation))
        .select((table::account, table::code, table::name))
        .load(conn)?;
    let mut own: BTreeMap<String, (String, String)> = rows
        .into_iter()
        .map(|(account, code, name)| (account, (code, name)))
        .collect();
    Ok(Account::all()
        .map(|account| {
            let (code, name) = own.remove(account.key()).unwrap_or_else(|| {
                let default = (account.default_code(), account.name());
                (default.0.to_owned(), default.1.to_owned())
            });
            Named {
                account,
                code,
                name,
            }
        })
        .collect())
}

/// Counts the changes of an organisation's chart.
const CHANGES: &str = "book_accounts";

/// The chart of the actor's organisation, and how often it was changed.
///
/// # Errors
/// [`Code::Forbidden`].
pub fn get(conn: &mut Conn, by: &Actor) -> Result<(Vec<Named>, i64)> {
    by.require(&READERS)?;
    let changes = counters::last(conn, by.organisation, CHANGES, 0)?;
    Ok((chart(conn, by.organisation)?, changes))
}

/// Replaces the organisation's codes: accounts that are not named have ours again.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but who keeps the books, [`Code::DuplicateId`] where two accounts would have the
/// same code, [`Code::Stale`].
pub fn replace(
    conn: &mut Conn,
    by: &Actor,
    version: i64,
    named: &[Named],
) -> Result<(Vec<Named>, i64)> {
    by.require(&KEEPERS)?;
    // The counter's row is locked until the commit: of two changes of the same chart the second is stale.
    let changes = counters::next(conn, by.organisation, CHANGES, 0)?;
    if changes != version.saturating_add(1) {
        return Err(Refusal::stale().into());
    }
    let before = chart(conn, by.organisation)?;
    diesel::delete(table::table.filter(table::organisation_id.eq(by.organisation)))
        .execute(conn)?;
    for one in named {
        diesel::insert_into(table::table)
            .values((
                table::organisation_id.eq(by.organisation),
                table::account.eq(one.account.key()),
                table::code.eq(&one.code),
                table::name.eq(&one.name),
            ))
            .execute(conn)
            .map_err(|error| crate::error::taken(error, twice()))?;
    }
    let after = chart(conn, by.organisation)?;
    let codes: BTreeSet<&str> = after.iter().map(|one| one.code.as_str()).collect();
    if codes.len() != after.len() {
        return Err(twice().into());
    }
    let (before, after_json) = (as_json(&before), as_json(&after));
    let act = Act {
        act: "book_accounts.replace",
        kind: "book_accounts",
        id: by.organisation.uuid(),
        before: Some(&before),
        after: Some(&after_json),
    };
    audit::record(conn, by, &act)?;
    Ok((after, changes))
}

fn twice() -> Refusal {
    Refusal::new(
        Code::DuplicateId,
        "Two accounts would have the same code, or one account stands there twice.",
    )
    .at("/accounts")
}

fn as_json(chart: &[Named]) -> serde_json::Value {
    let codes: BTreeMap<&str, &str> = chart
        .iter()
        .map(|one| (one.account.key(), one.code.as_str()))
        .collect();
    json!(codes)
}

pub(super) fn account(key: &str) -> Result<Account> {
    Account::parse(key).map_err(|_| -> Error { corrupt("journal_postings.account") })
}
