//! What was spent of a plan's line. Two rules hold for each: the line is not overspent, which its own counter keeps, and
//! no more is spent for a purpose than was received for it, which is looked at while the organisation's row is held.
use super::plans::{self, Plan};
use super::{require_keeper, standing};
use crate::actor::Actor;
use crate::books::require_reader;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, sentence};
use crate::identity::organisations;
use crate::ids::{OrganisationId, PersonId, PremiumPlanId, PremiumSpendingId};
use crate::operations::audit;
use crate::schema::{
    premium_plan_lines as lines_table, premium_plans as plans_table, premium_spendings as table,
};
use crate::sql::Time;
use accounting::premium::{SpendingError, spend};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Money};
use serde_json::json;

/// Something spent, to be recorded. It always names a line: without one nothing can be spent.
#[derive(Clone, Debug)]
pub struct NewSpending {
    /// Of which plan.
    pub plan: PremiumPlanId,
    /// Of which of its lines.
    pub position: i32,
    /// How much.
    pub amount: Money,
    /// When.
    pub spent_on: NaiveDate,
    /// On what.
    pub description: String,
}

/// Something spent.
#[derive(Clone, Debug)]
pub struct Spending {
    /// Orders spendings in time.
    pub id: PremiumSpendingId,
    /// Of which plan.
    pub plan: PremiumPlanId,
    /// Of which of its lines.
    pub position: i32,
    /// How much.
    pub amount: Money,
    /// When.
    pub spent_on: NaiveDate,
    /// On what.
    pub description: String,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// When.
    pub recorded_at: Time,
    /// How it was taken back, where it was.
    pub reversed: Option<Reversal>,
}

/// How a spending was taken back.
#[derive(Clone, Debug)]
pub struct Reversal {
    /// Who did.
    pub by: PersonId,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

#[derive(Queryable)]
struct Row {
    id: PremiumSpendingId,
    _organisation_id: OrganisationId,
    plan_id: PremiumPlanId,
    position: i32,
    amount_minor: i64,
    _received_minor: i64,
    _spent_before_minor: i64,
    spent_on: NaiveDate,
    description: String,
    recorded_by: PersonId,
    recorded_at: Time,
    reversed_by: Option<PersonId>,
    reversed_at: Option<Time>,
    reversed_because: Option<String>,
}

impl TryFrom<(Row, String)> for Spending {
    type Error = Error;
    fn try_from((row, currency): (Row, String)) -> Result<Self> {
        let currency = Currency::parse(&currency).map_err(|_| corrupt("premium_plans.currency"))?;
        let reversed = match (row.reversed_by, row.reversed_at, row.reversed_because) {
            (None, None, None) => None,
            (Some(by), Some(at), Some(reason)) => Some(Reversal { by, at, reason }),
            _ => return Err(corrupt("premium_spendings.reversed_at")),
        };
        Ok(Self {
            id: row.id,
            plan: row.plan_id,
            position: row.position,
            amount: Money::new(row.amount_minor, currency),
            spent_on: row.spent_on,
            description: row.description,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
            reversed,
        })
    }
}

/// Records what was spent of a line of a plan of the actor's co-operative.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep its books, [`Code::NotFound`] for another's plan or a line that it
/// does not have, [`Code::CurrencyMismatch`], [`Code::InvalidInput`] for a day that is not the plan's or still to come,
/// [`Code::OverPlanLine`] and [`Code::PremiumTooLow`] with what is left.
pub fn record(conn: &mut Conn, by: &Actor, new: &NewSpending) -> Result<Spending> {
    require_keeper(by)?;
    // Whoever comes second decides on what is left then.
    organisations::lock(conn, by.organisation)?;
    let plan = plans::own(conn, by, new.plan)?;
    let line = plan.line(new.position)?;
    require_possible(&plan, by, new)?;
    let premium = standing(conn, by.organisation, plan.currency, line.purpose)?;
    spend(new.amount, line.account, premium).map_err(refused)?;
    let counted = diesel::update(lines_table::table.find((new.plan, new.position)))
        .filter((lines_table::spent_minor + new.amount.minor()).le(lines_table::amount_minor))
        .set(lines_table::spent_minor.eq(lines_table::spent_minor + new.amount.minor()))
        .execute(conn)?;
    if counted == 0 {
        return Err(Refusal::stale().into());
    }
    let id = PremiumSpendingId::fresh();
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::organisation_id.eq(by.organisation),
            table::plan_id.eq(new.plan),
            table::position.eq(new.position),
            table::amount_minor.eq(new.amount.minor()),
            table::received_minor.eq(premium.received.minor()),
            table::spent_before_minor.eq(premium.spent.minor()),
            table::spent_on.eq(new.spent_on),
            table::description.eq(&new.description),
            table::recorded_by.eq(by.person),
            table::recorded_at.eq(by.now),
        ))
        .execute(conn)?;
    let after = json!({
        "plan": new.plan.to_string(),
        "position": new.position,
        "amount": new.amount.to_string(),
        "spent_on": new.spent_on.to_string(),
    });
    audit::change(conn, by, "premium_spending.record", id.uuid(), None, &after)?;
    own(conn, by, id)
}

fn require_possible(plan: &Plan, by: &Actor, new: &NewSpending) -> Result<()> {
    let (code, detail, pointer) = if new.amount.currency() != plan.currency {
        let detail = format!("The plan is in {}.", plan.currency);
        (Code::CurrencyMismatch, detail, "/amount/currency")
    } else if !(plan.starts_on..=plan.ends_on).contains(&new.spent_on) {
        let detail = format!("The plan is for {} to {}.", plan.starts_on, plan.ends_on);
        (Code::InvalidInput, detail, "/spent_on")
    } else if new.spent_on > by.now.date() {
        let detail = "What is spent is recorded on its day or later.".to_owned();
        (Code::InvalidInput, detail, "/spent_on")
    } else {
        return Ok(());
    };
    Err(Refusal::new(code, detail).at(pointer).into())
}

fn refused(error: SpendingError) -> Error {
    let code = match &error {
        SpendingError::Nothing => Code::InvalidInput,
        SpendingError::BeyondLine { .. } => Code::OverPlanLine,
        SpendingError::BeyondReceived { .. } => Code::PremiumTooLow,
        SpendingError::Money(error) => return error.clone().into(),
    };
    let detail = sentence(&error.to_string());
    Refusal::new(code, detail).at("/amount/amount").into()
}

/// Takes back a spending that was recorded in error, once: its line and the premium are as before.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep the books, [`Code::NotFound`] for another's, [`Code::WrongState`]
/// where it was taken back before.
pub fn reverse(
    conn: &mut Conn,
    by: &Actor,
    id: PremiumSpendingId,
    reason: &str,
) -> Result<Spending> {
    require_keeper(by)?;
    organisations::lock(conn, by.organisation)?;
    let found = own(conn, by, id)?;
    if let Some(reversal) = &found.reversed {
        let detail = format!("It was taken back on {}.", reversal.at.date());
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    diesel::update(table::table.find(id))
        .set((
            table::reversed_by.eq(by.person),
            table::reversed_at.eq(by.now),
            table::reversed_because.eq(reason),
        ))
        .execute(conn)?;
    diesel::update(lines_table::table.find((found.plan, found.position)))
        .set(lines_table::spent_minor.eq(lines_table::spent_minor - found.amount.minor()))
        .execute(conn)?;
    let after = json!({"amount": found.amount.to_string(), "reason": reason});
    audit::change(
        conn,
        by,
        "premium_spending.reverse",
        id.uuid(),
        None,
        &after,
    )?;
    own(conn, by, id)
}

fn own(conn: &mut Conn, by: &Actor, id: PremiumSpendingId) -> Result<Spending> {
    let row: Option<(Row, String)> = table::table
        .inner_join(plans_table::table)
        .filter(table::id.eq(id))
        .filter(table::organisation_id.eq(by.organisation))
        .select((table::all_columns, plans_table::currency))
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}

/// A spending of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`] for another's, [`Code::Forbidden`] for those who may not look into its books.
pub fn get(conn: &mut Conn, by: &Actor, id: PremiumSpendingId) -> Result<Spending> {
    require_reader(by)?;
    own(conn, by, id)
}

/// The spendings of the actor's organisation in the order in which they were recorded: all, or those of one plan.
///
/// # Errors
/// [`Code::Forbidden`] for those who may not look into its books.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    plan: Option<PremiumPlanId>,
    after: Option<PremiumSpendingId>,
    limit: i64,
) -> Result<Vec<Spending>> {
    require_reader(by)?;
    let mut query = table::table
        .inner_join(plans_table::table)
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .select((table::all_columns, plans_table::currency))
        .into_boxed();
    if let Some(plan) = plan {
        query = query.filter(table::plan_id.eq(plan));
    }
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows: Vec<(Row, String)> = query.load(conn)?;
    rows.into_iter().map(Spending::try_from).collect()
}
