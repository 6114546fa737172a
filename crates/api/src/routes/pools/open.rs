//! `POST /pools`.
use super::PoolView;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::{DateTime, NaiveDate, Utc};
use ordering::ShortageRule;
use ordering::pool::PoolMode;
use serde::Deserialize;
use store::pools::opening;
use store::pools::pool::{Offer, Sharing};
use store::pools::seen::SeenPool;
use store::sql::Time;
use utoipa::ToSchema;
use uuid::Uuid;

/// A pool to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPool {
    #[schema(example = "Guardapolvos para el comienzo de clases", max_length = 200)]
    title: String,
    /// An open listing.
    listing_id: Uuid,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B", pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    region: String,
    /// By when it has to be there.
    #[schema(example = "2027-02-15")]
    due_on: NaiveDate,
    /// From when on buyers join; absent: now.
    #[schema(example = "2027-01-02T12:00:00Z")]
    opens_at: Option<DateTime<Utc>>,
    /// Until when buyers join and change their parts.
    #[schema(example = "2027-01-15T18:00:00Z")]
    closes_at: DateTime<Utc>,
    /// Days by which its buyers may extend it, or top it up, where it falls short: 1 to 60; absent: 7.
    #[schema(example = 7, minimum = 1, maximum = 60)]
    extension_days: Option<i32>,
    /// How a delivery that falls short is shared: proportional, `need_weighted` or `by_time`; absent: proportional.
    #[schema(example = "need_weighted")]
    shortage_rule: Option<String>,
    /// How the price is shared: ability (the extra by ability to pay) or bidding (secret bids to the sum that the
    /// co-operative receives, among three buyers and more, without a fund); absent: ability.
    #[schema(example = "bidding")]
    mode: Option<String>,
    /// Where buyers bid: rounds at most, 1 to 10; absent: 3.
    #[schema(example = 3, minimum = 1, maximum = 10)]
    bid_rounds: Option<i32>,
    /// Where buyers bid: days that a round is open, 1 to 30; absent: 3.
    #[schema(example = 3, minimum = 1, maximum = 30)]
    bid_round_days: Option<i32>,
    /// A fund in the listing's currency, to pay what the buyers' caps leave; absent: nobody pays that.
    fund_id: Option<Uuid>,
}

fn parse(body: NewPool, now: Time) -> Result<Offer, Problem> {
    let mut fields = Fields::new();
    let title = fields.text("/title", &body.title, 200);
    let region = wire::region(&mut fields, "/region", &body.region);
    let shortage_rule = match &body.shortage_rule {
        None => Some(ShortageRule::Proportional),
        Some(word) => fields.take("/shortage_rule", ShortageRule::parse(word)),
    };
    let extension_days = days(&mut fields, "/extension_days", body.extension_days, (7, 60));
    let sharing = sharing(&mut fields, &body);
    fields.finish(|| {
        Some(Offer {
            title: title?,
            listing: body.listing_id.into(),
            region: region?,
            due_on: body.due_on,
            opens_at: body.opens_at.map_or(now, Into::into),
            closes_at: body.closes_at.into(),
            extension_days: extension_days?,
            shortage_rule: shortage_rule?,
            sharing: sharing?,
            fund: body.fund_id.map(Into::into),
        })
    })
}

/// A whole number from 1 to `most`, or `absent`.
fn days(
    fields: &mut Fields,
    pointer: &str,
    given: Option<i32>,
    (absent, most): (i32, i32),
) -> Option<i32> {
    let days = given.unwrap_or(absent);
    let good = (1..=most).contains(&days);
    let detail = format!("This is a number from 1 to {most}.");
    fields.require(good, pointer, detail);
    good.then_some(days)
}

fn sharing(fields: &mut Fields, body: &NewPool) -> Option<Sharing> {
    let mode = match &body.mode {
        None => PoolMode::Ability,
        Some(word) => fields.take("/mode", PoolMode::parse(word))?,
    };
    match mode {
        PoolMode::Ability => {
            let detail = "Only a pool whose buyers bid has rounds.";
            let (rounds, days) = (body.bid_rounds, body.bid_round_days);
            fields.require(rounds.is_none(), "/bid_rounds", detail);
            fields.require(days.is_none(), "/bid_round_days", detail);
            Some(Sharing::Ability)
        }
        PoolMode::Bidding => {
            let rounds = days(fields, "/bid_rounds", body.bid_rounds, (3, 10));
            let round_days = days(fields, "/bid_round_days", body.bid_round_days, (3, 30));
            Some(Sharing::Bidding {
                rounds: rounds?,
                round_days: round_days?,
            })
        }
    }
}

/// Opens a pool over an open listing, for unions and communities to join. Opening is not joining.
#[utoipa::path(tag = "Pools", operation_id = "pools_open", request_body = NewPool, params(IdempotencyKey),
    responses((status = 201, description = "The pool.", body = PoolView,
        headers(("ETag" = String, description = "Its version, for you."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/pools")]
pub async fn open(call: Call, body: Body<NewPool>) -> Answer {
    let offer = parse(body.value, call.now)?;
    call.write(Some(body.digest), move |conn, actor| {
        let pool = opening::open(conn, actor, &offer)?;
        let (version, location) = (pool.version, format!("/api/v1/pools/{}", pool.id));
        let seen = SeenPool { pool, inside: true };
        Ok(Reply::created(location, &PoolView::from(seen), version)?)
    })
    .await
}
