//! `POST /pools`.
use super::PoolView;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::{DateTime, NaiveDate, Utc};
use ordering::ShortageRule;
use serde::Deserialize;
use store::pools::pool::{self, Offer, SeenPool};
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
    /// How a delivery that falls short is shared: proportional, `need_weighted` or `by_time`; absent: proportional.
    #[schema(example = "need_weighted")]
    shortage_rule: Option<String>,
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
    fields.finish(|| {
        Some(Offer {
            title: title?,
            listing: body.listing_id.into(),
            region: region?,
            due_on: body.due_on,
            opens_at: body.opens_at.map_or(now, Into::into),
            closes_at: body.closes_at.into(),
            shortage_rule: shortage_rule?,
            fund: body.fund_id.map(Into::into),
        })
    })
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
        let pool = pool::open(conn, actor, &offer)?;
        let (version, location) = (pool.version, format!("/api/v1/pools/{}", pool.id));
        let seen = SeenPool { pool, inside: true };
        Ok(Reply::created(location, &PoolView::from(seen), version)?)
    })
    .await
}
