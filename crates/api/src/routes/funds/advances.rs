//! Advances that a fund pays for a buyer: `POST` and `GET /funds/{id}/advances`, and what stewards do with one.
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use crate::routes::billing::{PaymentText, parse_payment};
use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use ordering::FundUse;
use serde::{Deserialize, Serialize};
use store::error::Result;
use store::fulfilment::fund_advances::{self, FundAdvance, NewAdvance};
use store::ids::{FundAdvanceId, FundId, PersonId};
use store::{Actor, Conn};
use utoipa::ToSchema;
use uuid::Uuid;

/// An advance to be paid from the fund.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFundAdvance {
    purchase_order_id: Uuid,
    /// The buyer whose advance it pays.
    payer_id: Uuid,
    /// At most what is still to come of that advance.
    amount: MoneyText,
    /// clinic, cooperative, media, education or organising: there is no other use.
    #[schema(example = "cooperative")]
    used_for: String,
}

/// Whose money an advance is.
#[derive(Debug, Serialize, ToSchema)]
pub struct BackerView {
    organisation_id: Uuid,
    amount: MoneyText,
}

/// An advance that a fund pays for a buyer, without interest.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundAdvanceView {
    id: Uuid,
    /// Distinct among the fund's.
    #[schema(example = "AF-2026-000001")]
    reference: String,
    fund_id: Uuid,
    purchase_order_id: Uuid,
    payer_id: Uuid,
    /// clinic, cooperative, media, education or organising.
    #[schema(example = "cooperative")]
    used_for: &'static str,
    /// proposed, released, repaid or cancelled.
    #[schema(example = "proposed")]
    status: &'static str,
    amount: MoneyText,
    repaid: MoneyText,
    /// What deliveries have made due, less what came back.
    due: MoneyText,
    proposed_by: Uuid,
    proposed_at: DateTime<Utc>,
    released_at: Option<DateTime<Utc>>,
    /// Those who paid into the fund, by what they paid; their parts are the whole.
    backers: Vec<BackerView>,
    /// The stewards who have approved; two are needed besides the one who proposed.
    approved_by: Vec<Uuid>,
}

impl From<FundAdvance> for FundAdvanceView {
    fn from(found: FundAdvance) -> Self {
        Self {
            id: found.id.uuid(),
            reference: found.reference,
            fund_id: found.fund.uuid(),
            purchase_order_id: found.purchase_order.uuid(),
            payer_id: found.payer.uuid(),
            used_for: found.used_for.as_str(),
            status: found.state.as_str(),
            amount: found.amount.into(),
            repaid: found.repaid.into(),
            due: found.due.into(),
            proposed_by: found.proposed_by.uuid(),
            proposed_at: found.proposed_at.utc(),
            released_at: found.released_at.map(store::sql::Time::utc),
            backers: found
                .backers
                .into_iter()
                .map(|(who, amount)| BackerView {
                    organisation_id: who.uuid(),
                    amount: amount.into(),
                })
                .collect(),
            approved_by: found.approvals.into_iter().map(PersonId::uuid).collect(),
        }
    }
}

/// Proposes, as a steward, that the fund pays a buyer's advance. The money is held until it is released or taken
/// back.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_propose", request_body = NewFundAdvance,
    params(("id" = Uuid, Path, description = "The fund."), IdempotencyKeyRequired),
    responses((status = 201, description = "The advance.", body = FundAdvanceView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "wrong_state", "over_paid", "fund_too_low", "currency_mismatch"]))))]
#[post("/funds/{id}/advances")]
pub async fn propose(call: Call, id: web::Path<Uuid>, body: Body<NewFundAdvance>) -> Answer {
    let mut fields = Fields::new();
    let amount = body.value.amount.read(&mut fields, "/amount");
    if let Some(amount) = amount {
        fields.require(
            amount.minor() > 0,
            "/amount/amount",
            "An advance is above zero.",
        );
    }
    let used_for = fields.take("/used_for", FundUse::parse(&body.value.used_for));
    let new = fields.finish(|| {
        Some(NewAdvance {
            fund: (*id).into(),
            purchase_order: body.value.purchase_order_id.into(),
            payer: body.value.payer_id.into(),
            amount: amount?,
            used_for: used_for?,
        })
    })?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = fund_advances::propose(conn, actor, &new)?;
        let location = format!("/api/v1/funds/{}/advances/{}", made.fund, made.id);
        let version = made.version;
        Ok(Reply::created(
            location,
            &FundAdvanceView::from(made),
            version,
        )?)
    })
    .await
}

/// Lists the advances of a fund, for its network.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_list",
    params(("id" = Uuid, Path, description = "The fund."), Paging),
    responses((status = 200, description = "A page.", body = List<FundAdvanceView>)))]
#[get("/funds/{id}/advances")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = fund_advances::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            FundAdvanceView::from,
        ))?)
    })
    .await
}

/// One advance of a fund, for its network, the buyer that it pays for, and those who back it.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_get",
    params(("id" = Uuid, Path, description = "The fund."), ("advance_id" = Uuid, Path, description = "The advance.")),
    responses((status = 200, description = "The advance.", body = FundAdvanceView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/funds/{id}/advances/{advance_id}")]
pub async fn get(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    let (fund, id) = path.into_inner();
    call.read(move |conn, actor| {
        let found = fund_advances::get(conn, actor, fund.into(), id.into())?;
        let version = found.version;
        Ok(Reply::ok(&FundAdvanceView::from(found), version)?)
    })
    .await
}

/// Approves, as a steward who did not propose it. With the second approval the co-operative has the money as the
/// buyer's advance.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_approve",
    params(("id" = Uuid, Path, description = "The fund."), ("advance_id" = Uuid, Path, description = "The advance."),
        IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The advance.", body = FundAdvanceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "distinct_person_required", "duplicate", "over_paid"]))))]
#[post("/funds/{id}/advances/{advance_id}/approve")]
pub async fn approve(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path.into_inner(), fund_advances::approve).await
}

/// Takes a proposal back: the fund has its money again.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_cancel",
    params(("id" = Uuid, Path, description = "The fund."), ("advance_id" = Uuid, Path, description = "The advance."),
        IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The advance.", body = FundAdvanceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/funds/{id}/advances/{advance_id}/cancel")]
pub async fn cancel(call: Call, path: web::Path<(Uuid, Uuid)>) -> Answer {
    act(call, path.into_inner(), fund_advances::cancel).await
}

async fn act(
    call: Call,
    (fund, id): (Uuid, Uuid),
    act: impl Fn(&mut Conn, &Actor, FundId, FundAdvanceId, i64) -> Result<FundAdvance> + Send + 'static,
) -> Answer {
    let version = call.version()?;
    call.write(None, move |conn, actor| {
        let found = act(conn, actor, fund.into(), id.into(), version)?;
        let version = found.version;
        Ok(Reply::ok(&FundAdvanceView::from(found), version)?)
    })
    .await
}

/// Records, as a steward, what the buyer paid back.
#[utoipa::path(tag = "Funds", operation_id = "fund_advances_repay", request_body = PaymentText,
    params(("id" = Uuid, Path, description = "The fund."), ("advance_id" = Uuid, Path, description = "The advance."),
        IfMatch, IdempotencyKeyRequired),
    responses((status = 200, description = "The advance.", body = FundAdvanceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state", "over_paid", "duplicate", "currency_mismatch"]))))]
#[post("/funds/{id}/advances/{advance_id}/repayments")]
pub async fn repay(call: Call, path: web::Path<(Uuid, Uuid)>, body: Body<PaymentText>) -> Answer {
    let (fund, id) = path.into_inner();
    let mut fields = Fields::new();
    let new = parse_payment(&mut fields, &body.value);
    let new = fields.finish(|| new)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let of = (fund.into(), id.into());
        let found = fund_advances::repay(conn, actor, of, version, &new)?;
        let version = found.version;
        Ok(Reply::ok(&FundAdvanceView::from(found), version)?)
    })
    .await
}
