//! Budget lines: what an organisation may spend on something in a period, delegated in parts down the tree
//! of its federation.
//!
//! What is committed, spent and delegated of a line is never more than its amount; who gave a part sees
//! how much of it is used, not by which orders.
pub mod commitments;
mod delegation;

pub use delegation::{close, close_between, delegate};

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{BudgetLineId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::budget_lines;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Money};
use ordering::{Bound, Budget, BudgetLineState};
use serde_json::{Value, json};

/// What somebody says of a line.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What it is for.
    pub name: String,
    /// The currency of all its figures.
    pub currency: Currency,
    /// The first day on which an order can be promised from it.
    pub starts_on: NaiveDate,
    /// The last.
    pub ends_on: NaiveDate,
    /// What it may carry.
    pub amount: Bound,
}

/// A budget line.
#[derive(Clone, Debug)]
pub struct BudgetLine {
    /// The id.
    pub id: BudgetLineId,
    /// Who spends it.
    pub organisation: OrganisationId,
    /// The line that it is a part of.
    pub parent: Option<BudgetLineId>,
    /// What it is for.
    pub name: String,
    /// The currency of all its figures.
    pub currency: Currency,
    /// The first day on which an order can be promised from it.
    pub starts_on: NaiveDate,
    /// The last.
    pub ends_on: NaiveDate,
    /// Its figures.
    pub budget: Budget,
    /// Whether it is open.
    pub state: BudgetLineState,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: BudgetLineId,
    organisation_id: OrganisationId,
    parent_line_id: Option<BudgetLineId>,
    name: String,
    currency: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    bound: String,
    amount_minor: Option<i64>,
    committed_minor: i64,
    spent_minor: i64,
    delegated_minor: i64,
    status: String,
    _opened_by: PersonId,
    opened_at: Time,
    closed_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for BudgetLine {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("budget_lines.currency"))?;
        let money = |minor| Money::new(minor, currency);
        let amount = match (row.bound.as_str(), row.amount_minor) {
            ("unlimited", None) => Bound::Unlimited,
            ("amount", Some(minor)) => Bound::Amount(money(minor)),
            _ => return Err(corrupt("budget_lines.bound")),
        };
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            parent: row.parent_line_id,
            name: row.name,
            currency,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            budget: Budget {
                amount,
                committed: money(row.committed_minor),
                spent: money(row.spent_minor),
                delegated: money(row.delegated_minor),
            },
            state: BudgetLineState::parse(&row.status)
                .map_err(|_| corrupt("budget_lines.status"))?,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            version: row.version,
        })
    }
}

/// Budgets are the business of an admin or an accountant of those who buy.
fn require_keeper(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Union, OrganisationKind::Community])?;
    by.require(&[Role::Admin, Role::Accountant])?;
    by.require_admitted()
}

/// Opens a line of the actor's own organisation.
///
/// # Errors
/// [`crate::Code::Forbidden`], [`crate::Code::NotAdmitted`].
pub fn open(conn: &mut Conn, by: &Actor, terms: &Terms) -> Result<BudgetLine> {
    require_keeper(by)?;
    let made = insert(conn, by, by.organisation, None, terms)?;
    let entry = entry(&made);
    audit::change(conn, by, "budget_line.open", made.id.uuid(), None, &entry)?;
    Ok(made)
}

fn insert(
    conn: &mut Conn,
    by: &Actor,
    organisation: OrganisationId,
    parent: Option<BudgetLineId>,
    terms: &Terms,
) -> Result<BudgetLine> {
    let id = BudgetLineId::fresh();
    let (bound, amount) = columns(terms.amount);
    diesel::insert_into(budget_lines::table)
        .values((
            budget_lines::id.eq(id),
            budget_lines::organisation_id.eq(organisation),
            budget_lines::parent_line_id.eq(parent),
            budget_lines::name.eq(&terms.name),
            budget_lines::currency.eq(terms.currency.code()),
            budget_lines::starts_on.eq(terms.starts_on),
            budget_lines::ends_on.eq(terms.ends_on),
            budget_lines::bound.eq(bound),
            budget_lines::amount_minor.eq(amount),
            budget_lines::committed_minor.eq(0),
            budget_lines::spent_minor.eq(0),
            budget_lines::delegated_minor.eq(0),
            budget_lines::status.eq(BudgetLineState::Open.as_str()),
            budget_lines::opened_by.eq(by.person),
            budget_lines::opened_at.eq(by.now),
            budget_lines::version.eq(1),
        ))
        .execute(conn)?;
    get(conn, id)
}

fn columns(amount: Bound) -> (&'static str, Option<i64>) {
    match amount {
        Bound::Unlimited => ("unlimited", None),
        Bound::Amount(amount) => ("amount", Some(amount.minor())),
    }
}

/// The line, whoever asks.
fn get(conn: &mut Conn, id: BudgetLineId) -> Result<BudgetLine> {
    let row: Option<Row> = budget_lines::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// The line, held until the end of the transaction: whoever comes second decides on what is left then.
fn held(conn: &mut Conn, id: BudgetLineId) -> Result<BudgetLine> {
    let query = budget_lines::table.find(id);
    // PostgreSQL has several writers. SQLite has one, who holds everything.
    let row: Option<Row> = match conn {
        Conn::Postgres(conn) => query.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => query.first(conn).optional()?,
    };
    row.or_not_found()?.try_into()
}

/// Writes the figures and the state of a line, as its next version.
fn save(conn: &mut Conn, mut line: BudgetLine) -> Result<BudgetLine> {
    let (_, amount) = columns(line.budget.amount);
    let changed = diesel::update(budget_lines::table.find(line.id))
        .filter(budget_lines::version.eq(line.version))
        .set((
            budget_lines::amount_minor.eq(amount),
            budget_lines::committed_minor.eq(line.budget.committed.minor()),
            budget_lines::spent_minor.eq(line.budget.spent.minor()),
            budget_lines::delegated_minor.eq(line.budget.delegated.minor()),
            budget_lines::status.eq(line.state.as_str()),
            budget_lines::closed_at.eq(line.closed_at),
            budget_lines::version.eq(line.version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    line.version += 1;
    Ok(line)
}

/// The line, for its organisation and for those whose line it is a part of, at whatever distance.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn seen_by(conn: &mut Conn, by: &Actor, id: BudgetLineId) -> Result<BudgetLine> {
    let line = get(conn, id)?;
    let mut at = line.clone();
    loop {
        if at.organisation == by.organisation {
            return Ok(line);
        }
        let Some(parent) = at.parent else {
            return Err(Refusal::not_found().into());
        };
        at = get(conn, parent)?;
    }
}

/// Lines in the order in which they were opened, after `after`: the actor's own, or the parts given of
/// the line `of`, which the actor must see.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    of: Option<BudgetLineId>,
    after: Option<BudgetLineId>,
    limit: i64,
) -> Result<Vec<BudgetLine>> {
    let mut query = budget_lines::table
        .order(budget_lines::id)
        .limit(limit)
        .into_boxed();
    query = match of {
        Some(of) => {
            seen_by(conn, by, of).map_err(|error| error.at("?part_of"))?;
            query.filter(budget_lines::parent_line_id.eq(of))
        }
        None => query.filter(budget_lines::organisation_id.eq(by.organisation)),
    };
    if let Some(after) = after {
        query = query.filter(budget_lines::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(BudgetLine::try_from).collect()
}

/// What is written down of a line.
fn entry(line: &BudgetLine) -> Value {
    let amount = match line.budget.amount {
        Bound::Unlimited => "unlimited".to_owned(),
        Bound::Amount(amount) => amount.to_string(),
    };
    json!({
        "organisation": line.organisation.to_string(),
        "name": line.name,
        "amount": amount,
        "committed": line.budget.committed.to_string(),
        "spent": line.budget.spent.to_string(),
        "delegated": line.budget.delegated.to_string(),
        "status": line.state.as_str(),
    })
}
