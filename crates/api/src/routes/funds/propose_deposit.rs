//! `POST /funds/{id}/deposits`.
use super::MovementView;
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{post, web};
use serde::Deserialize;
use store::pools::movements::{self, NewDeposit};
use utoipa::ToSchema;
use uuid::Uuid;

/// A deposit that an organisation has made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deposit {
    /// Above zero, in the fund's currency.
    amount: MoneyText,
    /// The organisation that paid it: every subsidy has a name.
    payer_id: Uuid,
    #[schema(example = "Aporte solidario de noviembre.")]
    note: String,
}

fn parse(fund: Uuid, body: &Deposit) -> Result<NewDeposit, Problem> {
    let mut fields = Fields::new();
    let amount = body.amount.read(&mut fields, "/amount");
    fields.require(
        amount.is_none_or(|money| money.minor() > 0),
        "/amount/amount",
        "A deposit is above zero.",
    );
    let note = fields.text("/note", &body.note, 500);
    fields.finish(|| {
        Some(NewDeposit {
            fund: fund.into(),
            amount: amount?,
            payer: body.payer_id.into(),
            note: note?,
        })
    })
}

/// Proposes a deposit. It counts once another steward has signed it.
#[utoipa::path(tag = "Funds", operation_id = "fund_deposits_propose", request_body = Deposit,
    params(("id" = Uuid, Path, description = "The fund."), IdempotencyKeyRequired),
    responses((status = 201, description = "The movement.", body = MovementView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/funds/{id}/deposits")]
pub async fn propose(call: Call, id: web::Path<Uuid>, body: Body<Deposit>) -> Answer {
    let deposit = parse(*id, &body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let proposed = movements::propose_deposit(conn, actor, &deposit)?;
        let version = proposed.version;
        let location = format!("/api/v1/funds/{}/movements/{}", proposed.fund, proposed.id);
        Ok(Reply::created(
            location,
            &MovementView::from(proposed),
            version,
        )?)
    })
    .await
}
