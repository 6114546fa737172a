//! `PUT /organisations/{id}`.
use super::{OrganisationView, read_language, read_tax_id};
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{put, web};
use serde::Deserialize;
use store::identity::organisations::{self, Settings};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an organisation says of itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[schema(example = "Sindicato Textil del Sur")]
    name: String,
    tax_id: Option<String>,
    /// es, en or pt.
    #[schema(example = "es", pattern = "^(es|en|pt)$")]
    language: String,
    /// From this total on, the total itself included, an order needs two approvers; null: every order does.
    approval_threshold: Option<MoneyText>,
}

fn parse(body: &Change) -> Result<Settings, Problem> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.name, 200);
    let tax_id = read_tax_id(&mut fields, body.tax_id.as_deref());
    let language = read_language(&mut fields, &body.language);
    let threshold = body
        .approval_threshold
        .as_ref()
        .and_then(|money| money.read(&mut fields, "/approval_threshold"));
    fields.require(
        threshold.is_none_or(|money| money.minor() >= 0),
        "/approval_threshold/amount",
        "A threshold is not negative.",
    );
    fields.finish(|| {
        Some(Settings {
            name: name?,
            tax_id: tax_id?,
            language: language?,
            approval_threshold: threshold,
        })
    })
}

/// Changes your own organisation.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_change", request_body = Change,
    params(("id" = Uuid, Path, description = "The organisation."), IfMatch),
    responses((status = 200, description = "The organisation.", body = OrganisationView,
        headers(("ETag" = String, description = "Its version.")))))]
#[put("/organisations/{id}")]
pub async fn change(call: Call, id: web::Path<Uuid>, body: Body<Change>) -> Answer {
    let settings = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let changed =
            organisations::change_settings(conn, actor, (*id).into(), version, &settings)?;
        let version = changed.version;
        Ok(Reply::ok(&OrganisationView::from(changed), version)?)
    })
    .await
}
