//! `GET /pools/{id}/decision`, `GET` and `PUT /pools/{id}/votes/me`.
use crate::http::call::Work;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use chrono::{DateTime, Utc};
use ordering::PoolState;
use ordering::pool::{PoolChoice, Shortcoming};
use serde::{Deserialize, Serialize};
use store::pools::deciding::{self, Decision, Vote};
use store::sql::Time;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the buyers of a pool that fell short decide. One organisation has one vote. What has more votes than each
/// of the others holds; a tie cancels, so that nobody's money is committed by a tie.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// Why it fell short: `below_minimum`, `too_few_bidders`, `bids_insufficient` or `no_price`.
    #[schema(example = "below_minimum")]
    shortcoming: Option<&'static str>,
    /// Units that are missing to the listing's smallest order, when all tolerances are used.
    #[schema(example = "40")]
    missing_to_minimum: DecimalText,
    /// Until when its buyers vote; null when that is over.
    vote_by: Option<DateTime<Utc>>,
    /// Until when it would be extended or topped up; null where it is due before.
    extended_to: Option<DateTime<Utc>>,
    /// Who may vote.
    #[schema(example = 4)]
    voters: i64,
    /// Votes for leaving it.
    #[schema(example = 0)]
    cancel: u64,
    /// Votes for more time, for others to join too.
    #[schema(example = 2)]
    extend: u64,
    /// Votes for raising the parts among its buyers.
    #[schema(example = 1)]
    top_up: u64,
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        let pool = &decision.pool;
        let ends = pool.phase_ends_at;
        let vote_by = ends.filter(|_| pool.state == PoolState::Deciding);
        // A vote that is over has no date any more; before, it counts from the end of the vote.
        let extended_to = vote_by.and_then(|ends| deciding::extended_to(pool, ends));
        let count = |votes| u64::try_from(votes).unwrap_or(u64::MAX);
        Self {
            shortcoming: pool.shortcoming.map(Shortcoming::as_str),
            missing_to_minimum: decision.missing.into(),
            vote_by: vote_by.map(Time::utc),
            extended_to: extended_to.map(Time::utc),
            voters: decision.voters,
            cancel: count(decision.tally.cancel),
            extend: count(decision.tally.extend),
            top_up: count(decision.tally.top_up),
        }
    }
}

/// Your organisation's vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolVoteView {
    /// cancel, extend or `top_up`; null where it has not voted.
    #[schema(example = "extend")]
    choice: Option<&'static str>,
    voted_at: Option<DateTime<Utc>>,
}

/// A vote.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolVoteText {
    /// cancel, extend (more time, for others to join too) or `top_up` (its buyers raise their parts).
    #[schema(example = "extend")]
    choice: String,
}

/// What the buyers of a pool that fell short decide, for its opener and members.
#[utoipa::path(tag = "Pools", operation_id = "pools_decision",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "As it stands.", body = DecisionView)),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[get("/pools/{id}/decision")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let decision = deciding::decision(conn, actor, (*id).into())?;
        Ok(Reply::plain(&DecisionView::from(decision))?)
    })
    .await
}

/// Your organisation's vote on a pool that you are in. Its version is 0 where you have not voted.
#[utoipa::path(tag = "Pools", operation_id = "pool_votes_get",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "Your vote.", body = PoolVoteView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/pools/{id}/votes/me")]
pub async fn mine(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| reply(&deciding::mine(conn, actor, (*id).into())?))
        .await
}

/// Votes on a pool that fell short, or votes otherwise, until the date of the decision.
#[utoipa::path(tag = "Pools", operation_id = "pool_votes_cast", request_body = PoolVoteText,
    params(("id" = Uuid, Path, description = "The pool."), IfMatch),
    responses((status = 200, description = "Your vote.", body = PoolVoteView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[put("/pools/{id}/votes/me")]
pub async fn vote(call: Call, id: web::Path<Uuid>, body: Body<PoolVoteText>) -> Answer {
    let mut fields = Fields::new();
    let choice = fields.take("/choice", PoolChoice::parse(&body.value.choice));
    let choice = fields.finish(|| choice)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        reply(&deciding::vote(conn, actor, (*id).into(), version, choice)?)
    })
    .await
}

fn reply(cast: &Vote) -> Work<Reply> {
    let view = PoolVoteView {
        choice: cast.choice.map(PoolChoice::as_str),
        voted_at: cast.voted_at.map(Time::utc),
    };
    Ok(Reply::ok(&view, cast.version)?)
}
