//! Price reviews: published indices move the agreed price within its guards. One side asks, the other takes it
//! or not; what was called off before keeps its price, and wages never fall.
mod decide;
mod propose;

pub use decide::{accept, refuse, withdraw};
pub use propose::propose;

use super::get;
use super::rows::{Agreement, Line};
use crate::actor::Actor;
use crate::catalogue::pricer::{Pricer, Quote};
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{AgreementId, OrganisationId, PersonId, ReviewId};
use crate::schema::{price_review_lines, price_reviews};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{ReviewReason, ReviewState};
use serde_json::Value;

/// A review as it is asked for.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Why.
    pub reason: ReviewReason,
    /// For people.
    pub note: String,
    /// Each index of the agreement by name, with its value now.
    pub now: Vec<(String, Micro)>,
}

/// A review of all the prices of an agreement.
#[derive(Clone, Debug)]
pub struct Review {
    /// The id.
    pub id: ReviewId,
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Where it stands.
    pub state: ReviewState,
    /// Why it was asked for.
    pub reason: ReviewReason,
    /// For people.
    pub note: String,
    /// The day from which the new prices count.
    pub as_of: NaiveDate,
    /// Which side asked.
    pub proposed_for: OrganisationId,
    /// When.
    pub proposed_at: Time,
    /// Which side decided.
    pub decided_for: Option<OrganisationId>,
    /// When.
    pub decided_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

/// What a review does to one line.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// The agreement's line.
    pub position: i32,
    /// What a unit costs before it.
    pub before: Micro,
    /// What a unit costs after it.
    pub after: Micro,
    /// The guard that held the price back.
    pub clipped_by: Option<String>,
    /// Where the community premium goes after it.
    pub community_destination: String,
    /// What was asked of `pricing::review`.
    pub request: Value,
    /// What it answered.
    pub answer: Value,
}

#[derive(Queryable)]
struct Row {
    id: ReviewId,
    agreement_id: AgreementId,
    status: String,
    reason: String,
    note: String,
    as_of: NaiveDate,
    proposed_for: OrganisationId,
    _proposed_by: PersonId,
    proposed_at: Time,
    decided_for: Option<OrganisationId>,
    _decided_by: Option<PersonId>,
    decided_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Review {
    type Error = crate::Error;
    fn try_from(row: Row) -> Result<Self> {
        let state = ReviewState::parse(&row.status);
        let reason = ReviewReason::parse(&row.reason);
        Ok(Self {
            id: row.id,
            agreement: row.agreement_id,
            state: state.map_err(|_| corrupt("price_reviews.status"))?,
            reason: reason.map_err(|_| corrupt("price_reviews.reason"))?,
            note: row.note,
            as_of: row.as_of,
            proposed_for: row.proposed_for,
            proposed_at: row.proposed_at,
            decided_for: row.decided_for,
            decided_at: row.decided_at,
            version: row.version,
        })
    }
}

/// A price binds its payer: for the buyer an approver, for the co-operative whoever sells for it.
fn require_side(by: &Actor, agreement: &Agreement) -> Result<()> {
    if by.organisation == agreement.buyer {
        by.require(&[Role::Approver])?;
    } else if by.organisation == agreement.cooperative {
        by.require(&[Role::Seller, Role::Treasurer])?;
    } else {
        let detail = "Only the two sides of the agreement review its prices.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    by.require_admitted()
}

fn find(conn: &mut Conn, id: ReviewId) -> Result<Review> {
    let row: Option<Row> = price_reviews::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// A review with its lines, for whoever sees the agreement.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(
    conn: &mut Conn,
    by: &Actor,
    (id, review): (AgreementId, ReviewId),
) -> Result<(Review, Vec<ReviewLine>)> {
    get(conn, by, id)?;
    let review = find(conn, review)?;
    if review.agreement != id {
        return Err(Refusal::not_found().into());
    }
    let lines = lines(conn, review.id)?;
    Ok((review, lines))
}

/// The agreement's reviews after `after`, in the order in which they were asked for: the history of its price.
///
/// # Errors
/// [`Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    after: Option<ReviewId>,
    limit: i64,
) -> Result<Vec<Review>> {
    get(conn, by, id)?;
    let mut query = price_reviews::table
        .filter(price_reviews::agreement_id.eq(id))
        .order(price_reviews::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(price_reviews::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Review::try_from).collect()
}

fn lines(conn: &mut Conn, review: ReviewId) -> Result<Vec<ReviewLine>> {
    type LineRow = (ReviewId, i32, i64, i64, Option<String>, String, Json, Json);
    let rows: Vec<LineRow> = price_review_lines::table
        .filter(price_review_lines::review_id.eq(review))
        .order(price_review_lines::position)
        .load(conn)?;
    let line =
        |(_, position, before, after, clipped_by, to, request, answer): LineRow| ReviewLine {
            position,
            before: Micro::new(before),
            after: Micro::new(after),
            clipped_by,
            community_destination: to,
            request: request.0,
            answer: answer.0,
        };
    Ok(rows.into_iter().map(line).collect())
}

fn require_floor(pricer: &Pricer, line: &Line, revised: &Quote) -> Result<()> {
    let (base, floor) = (revised.base(), pricer.floor(line.committed)?);
    if base >= floor.round_dp(6) {
        return Ok(());
    }
    let detail = format!(
        "“{}” would cost {base} before the community premium, and its work costs {floor} today: agree anew.",
        pricer.listing().terms.title
    );
    Err(Refusal::new(Code::BelowFloor, detail).into())
}
