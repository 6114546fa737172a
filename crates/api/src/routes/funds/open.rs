//! `POST /funds`.
use super::FundView;
use crate::http::{Answer, Body, Call, Fields, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::Deserialize;
use store::pools::funds::{self, SeenFund};
use utoipa::ToSchema;

/// A fund to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFund {
    #[schema(example = "Fondo solidario del Sur")]
    name: String,
    /// ISO 4217; it never changes.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
}

/// Opens a solidarity fund of your network, empty.
#[utoipa::path(tag = "Funds", operation_id = "funds_open", request_body = NewFund, params(IdempotencyKey),
    responses((status = 201, description = "The fund.", body = FundView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/funds")]
pub async fn open(call: Call, body: Body<NewFund>) -> Answer {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.value.name, 200);
    let currency = wire::currency(&mut fields, "/currency", &body.value.currency);
    let (name, currency) = fields.finish(|| Some((name?, currency?)))?;
    call.write(Some(body.digest), move |conn, actor| {
        let fund = funds::open(conn, actor, &name, currency)?;
        let location = format!("/api/v1/funds/{}", fund.id);
        let seen = SeenFund {
            fund,
            with_balance: true,
        };
        let version = seen.fund.version;
        Ok(Reply::created(location, &FundView::from(seen), version)?)
    })
    .await
}
