//! `PUT /receipts/{id}/rating` and `GET /organisations/{id}/use-ratings`.
use super::receipts::ReceiptView;
use crate::http::{Answer, Body, Call, Fields, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use serde::{Deserialize, Serialize};
use store::fulfilment::ratings;
use utoipa::ToSchema;
use uuid::Uuid;

/// How fit for use the goods are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// 1 (cannot be used) to 5 (just right).
    #[schema(example = 4, minimum = 1, maximum = 5)]
    fitness: i32,
    #[schema(
        example = "Good cloth; the sleeves could be longer.",
        max_length = 1000
    )]
    comment: Option<String>,
}

/// How often a rating was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingCount {
    #[schema(example = 4)]
    fitness: i32,
    #[schema(example = 17)]
    receipts: i64,
}

/// What those who use a co-operative's goods say of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseRatings {
    /// 1 to 5, with how many receipts were rated so.
    ratings: Vec<RatingCount>,
}

/// Says how fit for use the goods of a receipt are: any member of the branch that received them, and again
/// when use has taught more.
#[utoipa::path(tag = "Deliveries", operation_id = "receipts_rate", request_body = Rating,
    params(("id" = Uuid, Path, description = "The receipt."), IfMatch),
    responses((status = 200, description = "The receipt.", body = ReceiptView,
        headers(("ETag" = String, description = "Its version.")))))]
#[put("/receipts/{id}/rating")]
pub async fn rate(call: Call, id: web::Path<Uuid>, body: Body<Rating>) -> Answer {
    let mut fields = Fields::new();
    let fitness = body.value.fitness;
    fields.require(
        (1..=5).contains(&fitness),
        "/fitness",
        "A rating is 1 to 5.",
    );
    let comment = match &body.value.comment {
        None => Some(None),
        Some(comment) => fields.text("/comment", comment, 1000).map(Some),
    };
    let comment = fields.finish(|| comment)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let rating = (fitness, comment.as_deref());
        let rated = ratings::rate(conn, actor, (*id).into(), version, rating)?;
        let version = rated.version;
        Ok(Reply::ok(&ReceiptView::from(rated), version)?)
    })
    .await
}

/// How often a co-operative's goods were rated 1 to 5 by those who use them. Whose ratings they are stays hidden.
#[utoipa::path(tag = "Deliveries", operation_id = "use_ratings_get",
    params(("id" = Uuid, Path, description = "The co-operative.")),
    responses((status = 200, description = "The ratings.", body = UseRatings)))]
#[get("/organisations/{id}/use-ratings")]
pub async fn of_cooperative(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        store::identity::organisations::seen_by(conn, actor, (*id).into())?;
        let counts = ratings::of_cooperative(conn, (*id).into())?;
        let count = |(fitness, receipts)| RatingCount { fitness, receipts };
        Ok(Reply::plain(&UseRatings {
            ratings: counts.into_iter().map(count).collect(),
        })?)
    })
    .await
}
