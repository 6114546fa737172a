//! `POST /dossiers/{id}/findings`.
use super::{FINDING_VERSION, FindingView};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::{post, web};
use governance::FindingSize;
use serde::Deserialize;
use store::governance::findings::{self, NewFinding};
use utoipa::ToSchema;
use uuid::Uuid;

/// A finding is told in full, with its evidence.
const TEXT_MAX: usize = 10_000;

/// A finding, or an amendment of one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// minor, or major: one that is open stops a signature.
    #[schema(example = "minor")]
    size: String,
    #[schema(
        example = "The minutes of the last two assemblies are not signed.",
        max_length = 10_000
    )]
    text: String,
    /// The finding that this one replaces: the latest of its amendments. It stays on file.
    amends_id: Option<Uuid>,
    /// Whether this amendment closes the matter; no unless said otherwise.
    closes: Option<bool>,
}

fn parse(body: &Filing) -> Result<NewFinding, Problem> {
    let mut fields = Fields::new();
    let size = fields.take("/size", FindingSize::parse(&body.size));
    let text = fields.text("/text", &body.text, TEXT_MAX);
    fields.finish(|| {
        Some(NewFinding {
            size: size?,
            text: text?,
            amends: body.amends_id.map(Into::into),
            closes: body.closes.unwrap_or(false),
        })
    })
}

/// Files a finding on the co-operative, of any size, while the dossier is submitted or signed. Nobody can
/// change or delete it. It stands in the co-operative's later dossiers with the network too.
#[utoipa::path(tag = "Verification", operation_id = "findings_file", request_body = Filing,
    params(("id" = Uuid, Path, description = "The dossier."), IdempotencyKey),
    responses((status = 201, description = "The finding.", body = FindingView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "conflict_of_interest", "wrong_state",
        "original_not_on_file", "already_amended"]))))]
#[post("/dossiers/{id}/findings")]
pub async fn file(call: Call, id: web::Path<Uuid>, body: Body<Filing>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let filed = findings::file(conn, actor, (*id).into(), &new)?;
        let location = format!("/api/v1/dossiers/{id}/findings/{}", filed.id);
        Ok(Reply::created(
            location,
            &FindingView::from(filed),
            FINDING_VERSION,
        )?)
    })
    .await
}
