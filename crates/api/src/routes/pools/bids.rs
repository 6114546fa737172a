//! `GET` and `PUT /pools/{id}/bids/me`, `POST /pools/{id}/bids/close`.
use super::PoolView;
use crate::http::call::Work;
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, put, web};
use money::Money;
use ordering::pool::ROUNDS_MAX;
use serde::{Deserialize, Serialize};
use store::pools::bidding::{self, SeenBallot};
use utoipa::ToSchema;
use uuid::Uuid;

/// Your own side of the bidding. Nobody else reads it, the pool's opener neither.
#[derive(Debug, Serialize, ToSchema)]
pub struct BallotView {
    pool_id: Uuid,
    /// What counts for you in a round where you are silent: your part of the sum at equal ability, or what you bid
    /// in an earlier round where that is more.
    guide: MoneyText,
    /// Your bids, by round.
    bids: Vec<BidText>,
    /// What you pay for goods, once a round was enough: your bid, less your part of what all bids bring above the
    /// sum; at the price of the bidding.
    payment: Option<MoneyText>,
}

/// What you pay for your goods if a round is the one that holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BidText {
    #[schema(example = 1, minimum = 1, maximum = 10)]
    round: u32,
    /// For all your units, without freight and VAT; from nothing to the whole sum.
    amount: MoneyText,
}

/// Bids for the present and later rounds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBids {
    /// At most one a round, none lower than that of an earlier round. Rounds that everybody has prepared are counted
    /// without waiting for their dates, and the lowest that is enough holds.
    #[schema(max_items = 10)]
    bids: Vec<BidText>,
}

impl From<SeenBallot> for BallotView {
    fn from(seen: SeenBallot) -> Self {
        let bids = seen.ballot.bids().iter();
        Self {
            pool_id: seen.pool.id.uuid(),
            guide: seen.guide.into(),
            bids: bids
                .map(|(round, amount)| BidText {
                    round: *round,
                    amount: (*amount).into(),
                })
                .collect(),
            payment: seen.payment.map(Into::into),
        }
    }
}

fn parse(body: &NewBids) -> Result<Vec<(u32, Money)>, Problem> {
    let mut fields = Fields::new();
    let most = usize::try_from(ROUNDS_MAX).unwrap_or(usize::MAX);
    let few = body.bids.len() <= most;
    fields.require(
        few,
        "/bids",
        format!("There are {ROUNDS_MAX} rounds at most."),
    );
    let mut bids = Vec::with_capacity(body.bids.len());
    for (position, bid) in body.bids.iter().enumerate() {
        let amount = bid
            .amount
            .read(&mut fields, &format!("/bids/{position}/amount"));
        bids.extend(amount.map(|amount| (bid.round, amount)));
    }
    fields.finish(|| Some(bids))
}

/// Your own bids in a pool that you buy in, what you bid where you are silent, and what you pay once a round was
/// enough. Its version is 0 where you have entered none.
#[utoipa::path(tag = "Pools", operation_id = "pool_bids_get",
    params(("id" = Uuid, Path, description = "The pool.")),
    responses((status = 200, description = "Your side.", body = BallotView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[get("/pools/{id}/bids/me")]
pub async fn mine(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| reply(bidding::mine(conn, actor, (*id).into())?))
        .await
}

/// Enters your bids for the present and later rounds, in the place of those you entered before.
#[utoipa::path(tag = "Pools", operation_id = "pool_bids_enter", request_body = NewBids,
    params(("id" = Uuid, Path, description = "The pool."), IfMatch),
    responses((status = 200, description = "Your side.", body = BallotView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[put("/pools/{id}/bids/me")]
pub async fn enter(call: Call, id: web::Path<Uuid>, body: Body<NewBids>) -> Answer {
    let bids = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        reply(bidding::bid(conn, actor, (*id).into(), version, &bids)?)
    })
    .await
}

/// Ends the present round of bids before its date, as the pool's opener. What is said of it is whether it was
/// enough: the pool can be ordered then; else the next round opens, or after the last its buyers decide.
#[utoipa::path(tag = "Pools", operation_id = "pools_close_bids",
    params(("id" = Uuid, Path, description = "The pool."), IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "amount_out_of_range"]))))]
#[post("/pools/{id}/bids/close")]
pub async fn close_round(call: Call, id: web::Path<Uuid>) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        super::act::reply(bidding::close_round(conn, actor, (*id).into(), version)?)
    })
    .await
}

fn reply(seen: SeenBallot) -> Work<Reply> {
    let version = seen.version;
    Ok(Reply::ok(&BallotView::from(seen), version)?)
}
