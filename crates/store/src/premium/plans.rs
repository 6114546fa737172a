//! Plans: what an assembly decided to spend the premium on, line by line.
use super::require_keeper;
use crate::actor::Actor;
use crate::books::require_reader;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::governance::assembly::{self, Subject};
use crate::ids::{AssemblyRecordId, OrganisationId, PersonId, PremiumPlanId};
use crate::on_each;
use crate::operations::audit;
use crate::schema::{premium_plan_lines as lines_table, premium_plans as table};
use crate::sql::Time;
use accounting::Purpose;
use accounting::premium::PlanLine;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Money};
use serde_json::json;
use std::collections::BTreeMap;

/// Lines of a plan: what an assembly can vote on knowingly.
pub const LINES_MAX: usize = 100;

/// A plan to be recorded.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// By which decision.
    pub assembly_record: AssemblyRecordId,
    /// The first day on which something is spent by it.
    pub starts_on: NaiveDate,
    /// The last.
    pub ends_on: NaiveDate,
    /// The currency of all its lines.
    pub currency: Currency,
    /// What is planned.
    pub lines: Vec<NewLine>,
}

/// A line of it.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// Of the premium for which purpose.
    pub purpose: Purpose,
    /// On what.
    pub description: String,
    /// How much, in the plan's currency.
    pub amount: Money,
}

/// A plan on file.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Orders plans in time.
    pub id: PremiumPlanId,
    /// Whose.
    pub organisation: OrganisationId,
    /// By which decision.
    pub assembly_record: AssemblyRecordId,
    /// The first day on which something is spent by it.
    pub starts_on: NaiveDate,
    /// The last.
    pub ends_on: NaiveDate,
    /// The currency of all its lines.
    pub currency: Currency,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// When.
    pub recorded_at: Time,
    /// Counts the results that were recorded.
    pub version: i64,
    /// What is planned, in order.
    pub lines: Vec<Line>,
}

/// A line on file.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its place in the plan, from 1.
    pub position: i32,
    /// Of the premium for which purpose.
    pub purpose: Purpose,
    /// On what.
    pub description: String,
    /// What is planned and spent.
    pub account: PlanLine,
    /// What came of it.
    pub result: Option<LineResult>,
}

/// What came of a line.
#[derive(Clone, Debug)]
pub struct LineResult {
    /// In words.
    pub text: String,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// When.
    pub recorded_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: PremiumPlanId,
    organisation_id: OrganisationId,
    assembly_record_id: AssemblyRecordId,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    currency: String,
    recorded_by: PersonId,
    recorded_at: Time,
    version: i64,
}

#[derive(Queryable)]
struct LineRow {
    plan_id: PremiumPlanId,
    position: i32,
    purpose: String,
    description: String,
    amount_minor: i64,
    spent_minor: i64,
    result: Option<String>,
    result_by: Option<PersonId>,
    result_at: Option<Time>,
}

impl TryFrom<Row> for Plan {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("premium_plans.currency"))?;
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            assembly_record: row.assembly_record_id,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            currency,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
            version: row.version,
            lines: Vec::new(),
        })
    }
}

impl Line {
    fn read(row: LineRow, currency: Currency) -> Result<Self> {
        let purpose =
            Purpose::parse(&row.purpose).map_err(|_| corrupt("premium_plan_lines.purpose"))?;
        let result = match (row.result, row.result_by, row.result_at) {
            (None, None, None) => None,
            (Some(text), Some(recorded_by), Some(recorded_at)) => Some(LineResult {
                text,
                recorded_by,
                recorded_at,
            }),
            _ => return Err(corrupt("premium_plan_lines.result")),
        };
        Ok(Self {
            position: row.position,
            purpose,
            description: row.description,
            account: PlanLine {
                planned: Money::new(row.amount_minor, currency),
                spent: Money::new(row.spent_minor, currency),
            },
            result,
        })
    }
}

/// Records a plan that the assembly of the actor's co-operative carried. A decision carries one plan.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but those who keep the books of a co-operative, [`Code::NotFound`] for another's
/// assembly, [`Code::AssemblyNotValid`] for one that did not carry a plan, [`Code::Duplicate`] for one that carried
/// another.
pub fn record(conn: &mut Conn, by: &Actor, new: &NewPlan) -> Result<Plan> {
    require_keeper(by)?;
    let pointer = "/assembly_record_id";
    assembly::own_carried(conn, by, new.assembly_record, Subject::PremiumPlan, pointer)?;
    let id = PremiumPlanId::fresh();
    let twice = Refusal::new(
        Code::Duplicate,
        "This decision of the assembly carries a plan already.",
    );
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::organisation_id.eq(by.organisation),
            table::assembly_record_id.eq(new.assembly_record),
            table::starts_on.eq(new.starts_on),
            table::ends_on.eq(new.ends_on),
            table::currency.eq(new.currency.code()),
            table::recorded_by.eq(by.person),
            table::recorded_at.eq(by.now),
            table::version.eq(1),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice.at(pointer)))?;
    let rows: Vec<_> = (1_i32..)
        .zip(&new.lines)
        .map(|(position, line)| {
            (
                lines_table::plan_id.eq(id),
                lines_table::position.eq(position),
                lines_table::purpose.eq(line.purpose.as_str()),
                lines_table::description.eq(&line.description),
                lines_table::amount_minor.eq(line.amount.minor()),
                lines_table::spent_minor.eq(0_i64),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(lines_table::table).values(&rows).execute(conn))?;
    let planned: Vec<_> = new
        .lines
        .iter()
        .map(|line| json!({"purpose": line.purpose.as_str(), "amount": line.amount.to_string()}))
        .collect();
    let after = json!({
        "assembly_record": new.assembly_record.to_string(),
        "starts_on": new.starts_on.to_string(),
        "ends_on": new.ends_on.to_string(),
        "lines": planned,
    });
    audit::change(conn, by, "premium_plan.record", id.uuid(), None, &after)?;
    own(conn, by, id)
}

/// Records what came of a line, in the place of what was recorded before.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::Stale`] where another result was recorded since `version`.
pub fn record_result(
    conn: &mut Conn,
    by: &Actor,
    id: PremiumPlanId,
    version: i64,
    (position, text): (i32, &str),
) -> Result<Plan> {
    require_keeper(by)?;
    let plan = own(conn, by, id)?;
    let line = plan.line(position)?;
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set(table::version.eq(table::version + 1))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    diesel::update(lines_table::table.find((id, position)))
        .set((
            lines_table::result.eq(text),
            lines_table::result_by.eq(by.person),
            lines_table::result_at.eq(by.now),
        ))
        .execute(conn)?;
    let entry = |text: &str| json!({"position": position, "result": text});
    let before = line.result.as_ref().map(|result| entry(&result.text));
    audit::change(
        conn,
        by,
        "premium_plan.record_result",
        id.uuid(),
        before.as_ref(),
        &entry(text),
    )?;
    own(conn, by, id)
}

impl Plan {
    /// The line at this place.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(super) fn line(&self, position: i32) -> Result<&Line> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.position == position).or_not_found()
    }
}

/// A plan of the actor's organisation, whoever of it asks.
///
/// # Errors
/// [`Code::NotFound`] for another's.
pub(super) fn own(conn: &mut Conn, by: &Actor, id: PremiumPlanId) -> Result<Plan> {
    let row: Option<Row> = table::table
        .find(id)
        .filter(table::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    with_lines(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// A plan of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`] for another's, [`Code::Forbidden`] for those who may not look into its books.
pub fn get(conn: &mut Conn, by: &Actor, id: PremiumPlanId) -> Result<Plan> {
    require_reader(by)?;
    own(conn, by, id)
}

/// The plans of the actor's organisation, in time.
///
/// # Errors
/// [`Code::Forbidden`] for those who may not look into its books.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<PremiumPlanId>,
    limit: i64,
) -> Result<Vec<Plan>> {
    require_reader(by)?;
    let mut query = table::table
        .filter(table::organisation_id.eq(by.organisation))
        .order(table::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    let rows = query.load(conn)?;
    with_lines(conn, rows)
}

/// An organisation's plans that have a day from `first` to `last`, in time.
///
/// # Errors
/// Those of the database.
pub(crate) fn within(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Plan>> {
    let rows = table::table
        .filter(table::organisation_id.eq(organisation))
        .filter(table::starts_on.le(last))
        .filter(table::ends_on.ge(first))
        .order(table::id)
        .load(conn)?;
    with_lines(conn, rows)
}

fn with_lines(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Plan>> {
    let ids: Vec<PremiumPlanId> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<LineRow> = lines_table::table
        .filter(lines_table::plan_id.eq_any(ids))
        .order((lines_table::plan_id, lines_table::position))
        .load(conn)?;
    let mut of: BTreeMap<PremiumPlanId, Vec<LineRow>> = BTreeMap::new();
    for line in lines {
        of.entry(line.plan_id).or_default().push(line);
    }
    let with_lines = |row: Row| {
        let mut plan = Plan::try_from(row)?;
        let lines = of.remove(&plan.id).unwrap_or_default().into_iter();
        plan.lines = lines
            .map(|line| Line::read(line, plan.currency))
            .collect::<Result<_>>()?;
        Ok(plan)
    };
    rows.into_iter().map(with_lines).collect()
}
