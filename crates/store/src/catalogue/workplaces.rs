//! Workplaces: pay and hours in a co-operative, and how much work it looks for.
use super::{invalid, lost_to_another, read_currency};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result};
use crate::identity::organisations::networks_of;
use crate::ids::{BenchmarkId, OrganisationId};
use crate::operations::audit::{self, Act};
use crate::schema::{benchmarks, workplaces};
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro, Money};
use serde_json::json;

/// What a co-operative says of its pay and hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Pay per member and month for standard hours.
    pub monthly_pay: Money,
    /// Social contributions on pay, a fraction of it.
    pub on_cost_rate: Micro,
    /// The paid week that the assembly agreed, in hours.
    pub weekly_hours: Micro,
    /// Paid assembly and education time, hours per member and month.
    pub assembly_hours: Micro,
    /// Paid hours of the week that find no work, all members together.
    pub idle_weekly_hours: Micro,
    /// For how many weeks the order book holds work.
    pub weeks_of_work_left: Micro,
    /// The living wage that pay is measured against.
    pub benchmark: BenchmarkId,
    /// Whether the assembly lets buyers see pay and hours behind a price.
    pub open_to_buyers: bool,
}

/// A co-operative's workplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workplace {
    /// Whose.
    pub cooperative: OrganisationId,
    /// Pay and hours.
    pub conditions: Conditions,
    /// When it was last changed.
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    cooperative_id: OrganisationId,
    currency: String,
    monthly_pay_minor: i64,
    on_cost_rate_micro: i64,
    weekly_hours_micro: i64,
    assembly_hours_micro: i64,
    idle_weekly_hours_micro: i64,
    weeks_of_work_left_micro: i64,
    benchmark_id: BenchmarkId,
    open_to_buyers: bool,
    updated_at: Time,
    version: i64,
}

impl TryFrom<Row> for Workplace {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency = read_currency(&row.currency, "workplaces.currency")?;
        Ok(Self {
            cooperative: row.cooperative_id,
            conditions: Conditions {
                monthly_pay: Money::new(row.monthly_pay_minor, currency),
                on_cost_rate: Micro::new(row.on_cost_rate_micro),
                weekly_hours: Micro::new(row.weekly_hours_micro),
                assembly_hours: Micro::new(row.assembly_hours_micro),
                idle_weekly_hours: Micro::new(row.idle_weekly_hours_micro),
                weeks_of_work_left: Micro::new(row.weeks_of_work_left_micro),
                benchmark: row.benchmark_id,
                open_to_buyers: row.open_to_buyers,
            },
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// The co-operative's workplace, where it described one.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, cooperative: OrganisationId) -> Result<Option<Workplace>> {
    let row: Option<Row> = workplaces::table.find(cooperative).first(conn).optional()?;
    row.map(Workplace::try_from).transpose()
}

/// Whether the actor may see what is behind the co-operative's prices: its own people, and the verifiers
/// and inspectors of its networks.
///
/// # Errors
/// Those of the database.
pub fn is_insider(conn: &mut Conn, by: &Actor, cooperative: OrganisationId) -> Result<bool> {
    if by.organisation == cooperative {
        return Ok(true);
    }
    let verifies =
        by.kind == OrganisationKind::Network && (by.has(Role::Verifier) || by.has(Role::Inspector));
    Ok(verifies && networks_of(conn, cooperative)?.contains(&by.organisation))
}

/// The co-operative's workplace as the actor may see it: insiders, and admitted buyers where the assembly
/// opened it to them.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, cooperative: OrganisationId) -> Result<Workplace> {
    let workplace = find(conn, cooperative)?.or_not_found()?;
    let buys = matches!(
        by.kind,
        OrganisationKind::Union | OrganisationKind::Community
    );
    let open = workplace.conditions.open_to_buyers && buys && by.admitted;
    (open || is_insider(conn, by, cooperative)?)
        .then_some(workplace)
        .or_not_found()
}

/// Describes the workplace of the actor's co-operative. `version` is 0 where it was not described yet.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::Stale`], [`Code::InvalidInput`] for a benchmark that is not on file or a
/// week over its standard, [`Code::CurrencyMismatch`] where pay and benchmark are in two currencies.
pub fn describe(
    conn: &mut Conn,
    by: &Actor,
    version: i64,
    conditions: &Conditions,
) -> Result<Workplace> {
    by.require_kind(&[OrganisationKind::Cooperative])?;
    by.require(&[Role::Seller, Role::Treasurer, Role::Admin])?;
    check(conn, conditions)?;
    let before = find(conn, by.organisation)?;
    if before.as_ref().map_or(0, |workplace| workplace.version) != version {
        return Err(Refusal::stale().into());
    }
    let pay = conditions.monthly_pay;
    let columns = (
        workplaces::currency.eq(pay.currency().code()),
        workplaces::monthly_pay_minor.eq(pay.minor()),
        workplaces::on_cost_rate_micro.eq(conditions.on_cost_rate.get()),
        workplaces::weekly_hours_micro.eq(conditions.weekly_hours.get()),
        workplaces::assembly_hours_micro.eq(conditions.assembly_hours.get()),
        workplaces::idle_weekly_hours_micro.eq(conditions.idle_weekly_hours.get()),
        workplaces::weeks_of_work_left_micro.eq(conditions.weeks_of_work_left.get()),
        workplaces::benchmark_id.eq(conditions.benchmark),
        workplaces::open_to_buyers.eq(conditions.open_to_buyers),
        workplaces::updated_at.eq(by.now),
        workplaces::version.eq(version.saturating_add(1)),
    );
    let changed = match before {
        Some(_) => diesel::update(workplaces::table.find(by.organisation))
            .filter(workplaces::version.eq(version))
            .set(columns)
            .execute(conn)?,
        None => diesel::insert_into(workplaces::table)
            .values((workplaces::cooperative_id.eq(by.organisation), columns))
            .execute(conn)
            .or_else(lost_to_another)?,
    };
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let after = find(conn, by.organisation)?.or_not_found()?;
    audit::record(
        conn,
        by,
        &Act {
            act: "workplace.describe",
            kind: "workplace",
            id: by.organisation.uuid(),
            before: before
                .map(|workplace| conditions_json(&workplace.conditions))
                .as_ref(),
            after: Some(&conditions_json(&after.conditions)),
        },
    )?;
    Ok(after)
}

/// What pricing would refuse later is refused now, where it is entered.
fn check(conn: &mut Conn, conditions: &Conditions) -> Result<()> {
    let benchmark: Option<(String, i64)> = benchmarks::table
        .find(conditions.benchmark)
        .select((
            benchmarks::currency,
            benchmarks::standard_weekly_hours_micro,
        ))
        .first(conn)
        .optional()?;
    let (code, standard) =
        benchmark.ok_or_else(|| invalid("/benchmark_id", "There is no such benchmark on file."))?;
    let measured_in = read_currency(&code, "benchmarks.currency")?;
    let paid_in: Currency = conditions.monthly_pay.currency();
    if measured_in != paid_in {
        let detail = format!("Pay is in {paid_in}, and the living wage in {measured_in}.");
        let refusal = Refusal::new(Code::CurrencyMismatch, detail);
        return Err(refusal.at("/monthly_pay/currency").into());
    }
    let standard = Micro::new(standard);
    if conditions.weekly_hours > standard {
        let detail =
            format!("The agreed week is not longer than the standard week of {standard} hours.");
        return Err(invalid("/weekly_hours", detail));
    }
    // 52 weeks in 12 months: 13 hours of 3 months for each hour of the week.
    let month = i128::from(conditions.weekly_hours.get()) * 13;
    if i128::from(conditions.assembly_hours.get()) * 3 >= month {
        let detail = "Assembly and education take up all the hours of the month.";
        let refusal = Refusal::new(Code::NoProductiveHours, detail);
        return Err(refusal.at("/assembly_hours_per_month").into());
    }
    Ok(())
}

fn conditions_json(conditions: &Conditions) -> serde_json::Value {
    json!({
        "monthly_pay": conditions.monthly_pay.to_string(),
        "on_cost_rate": conditions.on_cost_rate.to_string(),
        "weekly_hours": conditions.weekly_hours.to_string(),
        "assembly_hours": conditions.assembly_hours.to_string(),
        "idle_weekly_hours": conditions.idle_weekly_hours.to_string(),
        "weeks_of_work_left": conditions.weeks_of_work_left.to_string(),
        "benchmark": conditions.benchmark.to_string(),
        "open_to_buyers": conditions.open_to_buyers,
    })
}
