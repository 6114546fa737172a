//! `POST /mandates`.
use super::{MandateView, read_roles};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use governance::MandateFacts;
use serde::Deserialize;
use store::identity::memberships::{self, NewMandate};
use utoipa::ToSchema;
use uuid::Uuid;

/// A mandate for a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    membership_id: Uuid,
    /// buyer, approver, accountant, seller, treasurer, `assembly_secretary`, verifier, `fund_steward`,
    /// inspector, admin: those that your kind of organisation has.
    #[schema(example = json!(["buyer"]))]
    roles: Vec<String>,
    starts_on: NaiveDate,
    /// The last day; at most two years after the first.
    expires_on: NaiveDate,
    /// The assembly's decision behind it: your organisation's own, about a mandate, and carried.
    assembly_record_id: Option<Uuid>,
}

fn parse(body: &Grant) -> Result<NewMandate, Problem> {
    let mut fields = Fields::new();
    let roles = read_roles(&mut fields, &body.roles);
    fields.finish(|| {
        Some(NewMandate {
            membership: body.membership_id.into(),
            facts: MandateFacts {
                roles,
                starts_on: body.starts_on,
                expires_on: body.expires_on,
                recalled_at: None,
            },
            assembly_record: body.assembly_record_id.map(Into::into),
        })
    })
}

/// Gives a member of your organisation a mandate. It replaces the one in force.
#[utoipa::path(tag = "Organisations", operation_id = "mandates_grant", request_body = Grant, params(IdempotencyKey),
    responses((status = 201, description = "The mandate.", body = MandateView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_found", "assembly_not_valid"]))))]
#[post("/mandates")]
pub async fn grant(call: Call, body: Body<Grant>) -> Answer {
    let mandate = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let granted = memberships::grant(conn, actor, &mandate)?;
        let (version, location) = (granted.version, format!("/api/v1/mandates/{}", granted.id));
        Ok(Reply::created(
            location,
            &MandateView::from(granted),
            version,
        )?)
    })
    .await
}
