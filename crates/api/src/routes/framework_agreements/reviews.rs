//! `/framework-agreements/{id}/price-reviews`: the price moved by its indices, and the history of it.
use crate::http::call::Work;
use crate::http::page::Paging;
use crate::http::wire::{DecimalText, LEAST, MOST};
use crate::http::{Answer, Body, Call, Fields, List, Problem, Query, Reply};
use crate::openapi::{IdempotencyKey, IfMatch};
use actix_web::{get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use ordering::ReviewReason;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::agreements::reviews::{self, NewReview, Review, ReviewLine};
use store::ids::{AgreementId, ReviewId};
use store::{Actor, Conn, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// A review to be asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewText {
    /// materials, energy, wages, transport, exchange_rate or taxes.
    #[schema(example = "materials")]
    reason: String,
    #[schema(example = "Cotton rose in the second quarter.", max_length = 2000)]
    note: String,
    /// Each index of the agreement once, with its value now.
    #[schema(max_items = 20)]
    indices: Vec<IndexNow>,
}

/// An index and its value now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexNow {
    #[schema(example = "INDEC wholesale prices, textiles", max_length = 200)]
    name: String,
    /// Above zero.
    #[schema(example = "108.21")]
    now: DecimalText,
}

/// What a review does to one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewLineView {
    /// The agreement's line.
    #[schema(example = 1)]
    position: i32,
    #[schema(value_type = String, example = "241.2")]
    unit_price_before: DecimalText,
    /// What later call-offs cost.
    #[schema(value_type = String, example = "250.1")]
    unit_price_after: DecimalText,
    /// step or total: the guard that held the price back; null where none did.
    clipped_by: Option<String>,
    /// cooperative_plan, or common_fund where pay has reached the cap.
    #[schema(example = "cooperative_plan")]
    community_destination: String,
    /// What was asked: the request of `/simulations/review`.
    #[schema(value_type = Object)]
    request: Value,
    /// The factor, the price and the ten components, before market and floor are looked at.
    #[schema(value_type = Object)]
    answer: Value,
}

/// A price review, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewSummary {
    id: Uuid,
    agreement_id: Uuid,
    /// proposed, accepted, refused or withdrawn.
    #[schema(example = "proposed")]
    status: &'static str,
    /// materials, energy, wages, transport, exchange_rate or taxes.
    #[schema(example = "materials")]
    reason: &'static str,
    note: String,
    /// The day from which the new prices count, once accepted.
    as_of: NaiveDate,
    /// Which side asked.
    proposed_for: Uuid,
    proposed_at: DateTime<Utc>,
    /// Which side decided.
    decided_for: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
}

impl From<&Review> for ReviewSummary {
    fn from(review: &Review) -> Self {
        Self {
            id: review.id.uuid(),
            agreement_id: review.agreement.uuid(),
            status: review.state.as_str(),
            reason: review.reason.as_str(),
            note: review.note.clone(),
            as_of: review.as_of,
            proposed_for: review.proposed_for.uuid(),
            proposed_at: review.proposed_at.utc(),
            decided_for: review.decided_for.map(store::ids::OrganisationId::uuid),
            decided_at: review.decided_at.map(store::sql::Time::utc),
        }
    }
}

/// A price review with what it does to each line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    #[serde(flatten)]
    review: ReviewSummary,
    lines: Vec<ReviewLineView>,
}

impl ReviewView {
    fn of(review: &Review, lines: Vec<ReviewLine>) -> Self {
        Self {
            review: ReviewSummary::from(review),
            lines: lines
                .into_iter()
                .map(|line| ReviewLineView {
                    position: line.position,
                    unit_price_before: line.before.into(),
                    unit_price_after: line.after.into(),
                    clipped_by: line.clipped_by,
                    community_destination: line.community_destination,
                    request: line.request,
                    answer: line.answer,
                })
                .collect(),
        }
    }
}

fn parse(body: &NewReviewText) -> Result<NewReview, Problem> {
    let mut fields = Fields::new();
    let reason = fields.take("/reason", ReviewReason::parse(&body.reason));
    let note = fields.text("/note", &body.note, 2_000);
    let mut now = Vec::new();
    for (at, index) in body.indices.iter().enumerate() {
        let pointer = format!("/indices/{at}/now");
        let value = index.now.micro_within(&mut fields, pointer, (LEAST, MOST));
        if let Some(value) = value {
            now.push((index.name.clone(), value));
        }
    }
    fields.finish(|| {
        Some(NewReview {
            reason: reason?,
            note: note?,
            now,
        })
    })
}

/// Asks for new prices by the indices of today. Nothing changes until the other side accepts;
/// `/simulations/review` says beforehand what would come of it. Wages, hours, assembly time and the job reserve
/// never fall.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_propose",
    request_body = NewReviewText,
    params(("id" = Uuid, Path, description = "The agreement."), IfMatch, IdempotencyKey),
    responses((status = 201, description = "The review.", body = ReviewView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "too_soon",
        "weights_do_not_sum_to_one", "not_above_market", "below_floor", "duplicate", "workplace_missing",
        "currency_mismatch", "no_common_rule_set", "no_productive_hours", "amount_out_of_range"]))))]
#[post("/framework-agreements/{id}/price-reviews")]
pub async fn propose(call: Call, id: web::Path<Uuid>, body: Body<NewReviewText>) -> Answer {
    let new = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let review = reviews::propose(conn, actor, (*id).into(), version, &new)?;
        let of = (review.agreement, review.id);
        let (review, lines) = reviews::see(conn, actor, of)?;
        let location = format!(
            "/api/v1/framework-agreements/{id}/price-reviews/{}",
            review.id
        );
        let version = review.version;
        let view = ReviewView::of(&review, lines);
        Ok(Reply::created(location, &view, version)?)
    })
    .await
}

/// Lists the reviews of an agreement, in the order in which they were asked for: the history of its prices.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_list",
    params(("id" = Uuid, Path, description = "The agreement."), Paging),
    responses((status = 200, description = "A page.", body = List<ReviewSummary>)))]
#[get("/framework-agreements/{id}/price-reviews")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = reviews::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        let page = page.list(rows, |row| row.id.uuid(), |row| ReviewSummary::from(&row));
        Ok(Reply::list(&page)?)
    })
    .await
}

/// One price review.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_get",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("review_id" = Uuid, Path, description = "The review.")),
    responses((status = 200, description = "The review.", body = ReviewView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/framework-agreements/{id}/price-reviews/{review_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let of = ids(path.into_inner());
    call.read(move |conn, actor| answer(conn, actor, of)).await
}

/// Takes the new prices: later call-offs have them, and the values of the review are the bases of the next. For
/// the buyer an approver does.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_accept",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("review_id" = Uuid, Path, description = "The review."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The review.", body = ReviewView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted", "below_floor", "workplace_missing",
        "currency_mismatch", "no_common_rule_set", "no_productive_hours", "amount_out_of_range"]))))]
#[post("/framework-agreements/{id}/price-reviews/{review_id}/accept")]
pub async fn accept(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path, reviews::accept).await
}

/// Does not take the new prices.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_refuse",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("review_id" = Uuid, Path, description = "The review."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The review.", body = ReviewView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/price-reviews/{review_id}/refuse")]
pub async fn refuse(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path, reviews::refuse).await
}

/// Takes a review back that your side asked for.
#[utoipa::path(tag = "Framework agreements", operation_id = "price_reviews_withdraw",
    params(("id" = Uuid, Path, description = "The agreement."),
        ("review_id" = Uuid, Path, description = "The review."), IfMatch, IdempotencyKey),
    responses((status = 200, description = "The review.", body = ReviewView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "not_admitted"]))))]
#[post("/framework-agreements/{id}/price-reviews/{review_id}/withdraw")]
pub async fn withdraw(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path, reviews::withdraw).await
}

type Of = (AgreementId, ReviewId);

async fn act(
    call: Call,
    path: web::Path<(Uuid, Uuid)>,
    act: impl Fn(&mut Conn, &Actor, Of, i64) -> Result<Review, Error> + Send + 'static,
) -> Answer {
    let of = ids(path.into_inner());
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        act(conn, actor, of, version)?;
        answer(conn, actor, of)
    })
    .await
}

fn answer(conn: &mut Conn, actor: &Actor, of: Of) -> Work<Reply> {
    let (review, lines) = reviews::see(conn, actor, of)?;
    let version = review.version;
    Ok(Reply::ok(&ReviewView::of(&review, lines), version)?)
}

fn ids((id, review): (Uuid, Uuid)) -> Of {
    (id.into(), review.into())
}
