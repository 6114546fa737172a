//! Workplaces: pay and hours in a co-operative, and how much work it looks for.
use super::read_currency;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BenchmarkId, OrganisationId};
use crate::schema::workplaces;
use crate::sql::Time;
use diesel::prelude::*;
use money::{Micro, Money};

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
