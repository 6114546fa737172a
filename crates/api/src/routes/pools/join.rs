//! `POST /pools/{id}/members`, and the body that it shares with `PUT /pools/{id}/members/me`.
use super::PoolMemberView;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use money::Micro;
use serde::Deserialize;
use store::pools::joining::{self, Part};
use utoipa::ToSchema;
use uuid::Uuid;

/// No buyer takes more units: a part past it is a slip of the keyboard.
const QUANTITY_MAX: Micro = Micro::new(1_000_000_000_000_000);

/// What a buyer decides for itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartText {
    /// In the product's unit and decimals.
    #[schema(example = "500")]
    quantity: DecimalText,
    /// What you would take beyond that, so that a case or the pool's minimum is filled; absent: nothing. You never
    /// buy more than both together.
    #[schema(example = "20")]
    tolerance: Option<DecimalText>,
    /// The most that you pay over the market, as a fraction of 0 to 1; null: no cap.
    #[schema(example = "0.15")]
    max_premium_rate: Option<DecimalText>,
}

pub(super) fn parse(body: &PartText) -> Result<Part, Problem> {
    let mut fields = Fields::new();
    let units = (Micro::new(1), QUANTITY_MAX);
    let quantity = body.quantity.micro_within(&mut fields, "/quantity", units);
    let tolerance = match &body.tolerance {
        None => Some(Micro::ZERO),
        Some(units) => units.micro_within(&mut fields, "/tolerance", (Micro::ZERO, QUANTITY_MAX)),
    };
    let max_premium_rate = body.max_premium_rate.as_ref().and_then(|rate| {
        rate.micro_within(&mut fields, "/max_premium_rate", (Micro::ZERO, Micro::ONE))
    });
    fields.finish(|| {
        Some(Part {
            quantity: quantity?,
            tolerance: tolerance?,
            max_premium_rate,
        })
    })
}

/// Joins a pool, with an ability of 1 until its opener proposes another.
#[utoipa::path(tag = "Pools", operation_id = "pool_members_join", request_body = PartText,
    params(("id" = Uuid, Path, description = "The pool."), IdempotencyKey),
    responses((status = 201, description = "Your membership.", body = PoolMemberView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "duplicate", "no_common_rule_set",
        "workplace_missing", "currency_mismatch"]))))]
#[post("/pools/{id}/members")]
pub async fn join(call: Call, id: web::Path<Uuid>, body: Body<PartText>) -> Answer {
    let part = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let joined = joining::join(conn, actor, (*id).into(), part)?;
        let version = joined.version;
        let location = format!(
            "/api/v1/pools/{}/members/{}",
            joined.pool, joined.organisation
        );
        Ok(Reply::created(
            location,
            &PoolMemberView::from(joined),
            version,
        )?)
    })
    .await
}
