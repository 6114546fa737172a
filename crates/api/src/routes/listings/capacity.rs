//! `GET` and `PUT /listings/{id}/capacity`.
use crate::http::call::Work;
use crate::http::wire::{DecimalText, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use chrono::NaiveDate;
use money::Micro;
use serde::{Deserialize, Serialize};
use store::catalogue::capacity::{self, NewPeriod, PERIODS_MAX, Period};
use store::catalogue::listings::{self, Listing};
use store::{Actor, Conn};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to come of a listing's capacity.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    listing_id: Uuid,
    periods: Vec<PeriodView>,
}

/// What can be made in a period, and what of it is free.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    id: Uuid,
    starts_on: NaiveDate,
    /// The last day: what is made in the period is ready then.
    ends_on: NaiveDate,
    /// Units: for the co-operative; null for others.
    #[schema(example = "5000")]
    capacity: Option<DecimalText>,
    /// Units that can still be ordered.
    #[schema(example = "3200")]
    free: DecimalText,
}

/// A whole calendar.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarText {
    /// In any order; none overlaps another.
    #[schema(max_items = 160)]
    periods: Vec<PeriodText>,
}

/// A period of a calendar.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodText {
    #[schema(example = "2027-01-04")]
    pub(crate) starts_on: NaiveDate,
    /// The last day: what is made in the period is ready then.
    #[schema(example = "2027-01-31")]
    pub(crate) ends_on: NaiveDate,
    /// Units that can be made, all buyers together.
    #[schema(example = "5000")]
    pub(crate) capacity: DecimalText,
}

/// Reads the periods of a calendar.
pub fn read_periods(fields: &mut Fields, periods: &[PeriodText]) -> Option<Vec<NewPeriod>> {
    if periods.len() > PERIODS_MAX {
        let detail = format!("A calendar has at most {PERIODS_MAX} periods.");
        fields.refuse("/periods", detail);
        return None;
    }
    let read = periods.iter().enumerate().map(|(at, period)| {
        let pointer = format!("/periods/{at}/capacity");
        let capacity = &period.capacity;
        Some(NewPeriod {
            starts_on: period.starts_on,
            ends_on: period.ends_on,
            capacity: capacity.micro_within(fields, pointer, (Micro::ZERO, QUANTITY_MAX))?,
        })
    });
    let read: Vec<Option<NewPeriod>> = read.collect();
    read.into_iter().collect()
}

fn show(conn: &mut Conn, actor: &Actor, listing: &Listing) -> Work<Reply> {
    let own = listing.cooperative == actor.organisation;
    let periods = capacity::calendar(conn, listing.id, actor.now.date())?;
    let view = |period: Period| PeriodView {
        id: period.id.uuid(),
        starts_on: period.dates.starts_on,
        ends_on: period.dates.ends_on,
        capacity: own.then(|| period.dates.capacity.into()),
        free: period.free().into(),
    };
    let calendar = CalendarView {
        listing_id: listing.id.uuid(),
        periods: periods.into_iter().map(view).collect(),
    };
    Ok(Reply::plain(&calendar)?)
}

/// What is to come of a listing's capacity. It changes with every order, so its version is the listing's,
/// which counts what the co-operative changes: read the listing for it.
#[utoipa::path(tag = "Listings", operation_id = "capacity_get",
    params(("id" = Uuid, Path, description = "The listing.")),
    responses((status = 200, description = "The calendar.", body = CalendarView)))]
#[get("/listings/{id}/capacity")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let listing = listings::seen_by(conn, actor, (*id).into())?;
        show(conn, actor, &listing)
    })
    .await
}

/// Replaces what is to come of a listing's calendar; If-Match names the listing's version. A period that
/// has reservations keeps its days and at least the units reserved. Periods that have ended stay.
#[utoipa::path(tag = "Listings", operation_id = "capacity_set", request_body = CalendarText,
    params(("id" = Uuid, Path, description = "The listing."), IfMatch),
    responses((status = 200, description = "The calendar.", body = CalendarView,
        headers(("ETag" = String, description = "The listing's version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "capacity_reserved"]))))]
#[put("/listings/{id}/capacity")]
pub async fn set(call: Call, id: web::Path<Uuid>, body: Body<CalendarText>) -> Answer {
    let periods = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let listing = capacity::replace(conn, actor, (*id).into(), version, &periods)?;
        show(conn, actor, &listing).map(|reply| reply.versioned(listing.version))
    })
    .await
}

fn parse(body: &CalendarText) -> Result<Vec<NewPeriod>, Problem> {
    let mut fields = Fields::new();
    let periods = read_periods(&mut fields, &body.periods);
    fields.finish(|| periods)
}
