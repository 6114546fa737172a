//! Living-wage benchmarks: what a decent living costs, by whom and when it was published (PR5).
//! A benchmark on file never changes; a newer figure is another one.
use super::figures::require_enterer;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Result, corrupt};
use crate::ids::{BenchmarkId, OrganisationId};
use crate::operations::audit;
use crate::schema::benchmarks;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use serde_json::json;

/// A benchmark to be put on file.
#[derive(Clone, Debug)]
pub struct NewBenchmark {
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The part of the country, where the figure is not for all of it.
    pub region: Option<String>,
    /// A decent living for a month of standard weeks; above zero.
    pub living_wage_monthly: Money,
    /// The legal full-time week in hours, above 0 and at most 48.
    pub standard_weekly_hours: Micro,
    /// Who publishes it.
    pub source: String,
    /// Where.
    pub source_url: Option<String>,
    /// The day of the figure, not in the future.
    pub observed_on: NaiveDate,
}

/// A benchmark on file.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// The id.
    pub id: BenchmarkId,
    /// The figure.
    pub figure: NewBenchmark,
    /// Which organisation entered it.
    pub entered_by: OrganisationId,
    /// When.
    pub created_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: BenchmarkId,
    country: String,
    region: Option<String>,
    currency: String,
    living_wage_monthly_minor: i64,
    standard_weekly_hours_micro: i64,
    source: String,
    source_url: Option<String>,
    observed_on: NaiveDate,
    entered_by: OrganisationId,
    created_at: Time,
}

impl TryFrom<Row> for Benchmark {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("benchmarks.currency"))?;
        Ok(Self {
            id: row.id,
            figure: NewBenchmark {
                country: row.country,
                region: row.region,
                living_wage_monthly: Money::new(row.living_wage_monthly_minor, currency),
                standard_weekly_hours: Micro::new(row.standard_weekly_hours_micro),
                source: row.source,
                source_url: row.source_url,
                observed_on: row.observed_on,
            },
            entered_by: row.entered_by,
            created_at: row.created_at,
        })
    }
}

/// Puts a benchmark on file.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden) for the operator and for plain members,
/// [`Code::InvalidInput`](crate::Code::InvalidInput) for a day in the future.
pub fn enter(conn: &mut Conn, by: &Actor, new: &NewBenchmark) -> Result<Benchmark> {
    require_enterer(by, new.observed_on)?;
    let id = BenchmarkId::fresh();
    diesel::insert_into(benchmarks::table)
        .values((
            benchmarks::id.eq(id),
            benchmarks::country.eq(&new.country),
            benchmarks::region.eq(&new.region),
            benchmarks::currency.eq(new.living_wage_monthly.currency().code()),
            benchmarks::living_wage_monthly_minor.eq(new.living_wage_monthly.minor()),
            benchmarks::standard_weekly_hours_micro.eq(new.standard_weekly_hours.get()),
            benchmarks::source.eq(&new.source),
            benchmarks::source_url.eq(&new.source_url),
            benchmarks::observed_on.eq(new.observed_on),
            benchmarks::entered_by.eq(by.organisation),
            benchmarks::created_at.eq(by.now),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "benchmark.enter",
        id.uuid(),
        None,
        &json!({
            "country": new.country,
            "region": new.region,
            "living_wage_monthly": new.living_wage_monthly.to_string(),
            "source": new.source,
            "observed_on": new.observed_on,
        }),
    )?;
    get(conn, id)
}

/// One benchmark: they are public.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub fn get(conn: &mut Conn, id: BenchmarkId) -> Result<Benchmark> {
    let row: Option<Row> = benchmarks::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Benchmarks in the order in which they were entered, after `after`; of one country where it is named.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    country: Option<&str>,
    after: Option<BenchmarkId>,
    limit: i64,
) -> Result<Vec<Benchmark>> {
    let mut query = benchmarks::table
        .order(benchmarks::id)
        .limit(limit)
        .into_boxed();
    if let Some(country) = country {
        query = query.filter(benchmarks::country.eq(country.to_owned()));
    }
    if let Some(after) = after {
        query = query.filter(benchmarks::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Benchmark::try_from).collect()
}
