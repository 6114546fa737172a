//! Solidarity funds: a network keeps one in a currency, everybody who buys may pool on it, and its
//! balance is never below zero. Every change of a balance is a row of [`super::movements`].
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{FundId, OrganisationId};
use crate::operations::audit::{self, Act};
use crate::schema::{funds, pool_members, pools};
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Money};
use serde_json::json;
use std::collections::BTreeSet;

/// A fund.
#[derive(Clone, Debug)]
pub struct Fund {
    /// The id.
    pub id: FundId,
    /// The network that keeps it.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// What it can pay: signed deposits less what is held or paid out for orders.
    pub balance: Money,
    /// When it was opened.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// A fund as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenFund {
    /// The fund.
    pub fund: Fund,
    /// Whether its balance is theirs to see.
    pub with_balance: bool,
}

#[derive(Queryable)]
struct Row {
    id: FundId,
    organisation_id: OrganisationId,
    name: String,
    currency: String,
    balance_minor: i64,
    created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Fund {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = Currency::parse(&row.currency).map_err(|_| corrupt("funds.currency"))?;
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            name: row.name,
            balance: Money::new(row.balance_minor, currency),
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A network opens a fund, empty.
///
/// # Errors
/// [`Code::Forbidden`] unless a steward or admin of a network asks, [`Code::NotAdmitted`].
pub fn open(conn: &mut Conn, by: &Actor, name: &str, currency: Currency) -> Result<Fund> {
    by.require_kind(&[OrganisationKind::Network])?;
    by.require_admitted()?;
    by.require(&[Role::FundSteward, Role::Admin])?;
    let id = FundId::fresh();
    diesel::insert_into(funds::table)
        .values((
            funds::id.eq(id),
            funds::organisation_id.eq(by.organisation),
            funds::name.eq(name),
            funds::currency.eq(currency.code()),
            funds::balance_minor.eq(0),
            funds::created_at.eq(by.now),
            funds::version.eq(1),
        ))
        .execute(conn)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "fund.open",
            kind: "fund",
            id: id.uuid(),
            before: None,
            after: Some(&json!({"name": name, "currency": currency.code()})),
        },
    )?;
    get(conn, id)
}

/// The fund, whoever asks.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: FundId) -> Result<Fund> {
    let row: Option<Row> = funds::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// The fund as `by` may see it: its network sees all of it; admitted buyers see that it exists, and
/// the balance while they are in a pool that counts on it.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: FundId) -> Result<SeenFund> {
    let fund = get(conn, id)?;
    if fund.organisation == by.organisation {
        return Ok(SeenFund {
            fund,
            with_balance: true,
        });
    }
    is_buyer(by).then_some(()).or_not_found()?;
    let with_balance = counted_on_by(conn, by.organisation)?.contains(&id);
    Ok(SeenFund { fund, with_balance })
}

/// The fund of the actor's own network.
///
/// # Errors
/// [`Code::NotFound`] for another's, [`Code::Forbidden`] for a buyer who sees that it exists.
pub(crate) fn own(conn: &mut Conn, by: &Actor, id: FundId) -> Result<Fund> {
    let fund = seen_by(conn, by, id)?.fund;
    if fund.organisation == by.organisation {
        return Ok(fund);
    }
    Err(Refusal::new(
        Code::Forbidden,
        "Only the network that keeps the fund can do this.",
    )
    .into())
}

/// Funds in the order in which they were opened, after `after`: a network sees its own, admitted
/// buyers all.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<FundId>,
    limit: i64,
) -> Result<Vec<SeenFund>> {
    let mut query = funds::table.order(funds::id).limit(limit).into_boxed();
    if !is_buyer(by) {
        query = query.filter(funds::organisation_id.eq(by.organisation));
    }
    if let Some(after) = after {
        query = query.filter(funds::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let counted_on = counted_on_by(conn, by.organisation)?;
    rows.into_iter()
        .map(|row| {
            let fund = Fund::try_from(row)?;
            let with_balance =
                fund.organisation == by.organisation || counted_on.contains(&fund.id);
            Ok(SeenFund { fund, with_balance })
        })
        .collect()
}

/// Takes `amount` out, for as long as the balance carries it. Runs in the transaction of what it is
/// taken for; a twin waits at the row and then finds the balance that is left.
///
/// # Errors
/// [`Code::FundTooLow`].
pub(crate) fn take(conn: &mut Conn, id: FundId, amount: Money) -> Result<()> {
    let changed = diesel::update(funds::table.find(id))
        .filter(funds::currency.eq(amount.currency().code()))
        .filter(funds::balance_minor.ge(amount.minor()))
        .set((
            funds::balance_minor.eq(funds::balance_minor - amount.minor()),
            funds::version.eq(funds::version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        let detail = format!("The fund no longer holds {amount}: look at the shares again.");
        return Err(Refusal::new(Code::FundTooLow, detail).into());
    }
    Ok(())
}

/// Puts `amount` in.
///
/// # Errors
/// [`Code::AmountOutOfRange`] where the balance could not be written.
pub(crate) fn put(conn: &mut Conn, id: FundId, amount: Money) -> Result<()> {
    let changed = diesel::update(funds::table.find(id))
        .filter(funds::currency.eq(amount.currency().code()))
        .filter(funds::balance_minor.le(i64::MAX.saturating_sub(amount.minor())))
        .set((
            funds::balance_minor.eq(funds::balance_minor + amount.minor()),
            funds::version.eq(funds::version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        let detail = "The fund's balance would be too large to be exact.";
        return Err(Refusal::new(Code::AmountOutOfRange, detail).into());
    }
    Ok(())
}

fn is_buyer(by: &Actor) -> bool {
    by.admitted
        && matches!(
            by.kind,
            OrganisationKind::Union | OrganisationKind::Community
        )
}

/// The funds of the open pools that the organisation opened or is in.
fn counted_on_by(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<FundId>> {
    // Narrowed here: narrowed by the database, it would read all open pools for the few of this organisation.
    let columns = (pools::status, pools::fund_id);
    let opened = pools::table
        .filter(pools::opened_by.eq(organisation))
        .select(columns);
    let joined = pool_members::table
        .inner_join(pools::table)
        .filter(pool_members::organisation_id.eq(organisation))
        .select(columns);
    let mut found: Vec<(String, Option<FundId>)> = opened.load(conn)?;
    let joined: Vec<(String, Option<FundId>)> = joined.load(conn)?;
    found.extend(joined);
    let open = found
        .into_iter()
        .filter(|(status, _)| ["open", "closing"].contains(&status.as_str()));
    let funds: BTreeSet<FundId> = open.filter_map(|(_, fund)| fund).collect();
    Ok(funds.into_iter().collect())
}
