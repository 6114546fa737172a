//! `PUT /organisations/{id}`.
use super::{OrganisationView, read_language, read_tax_id};
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
}

fn parse(body: &Change) -> Result<Settings, Problem> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.name, 200);
    let tax_id = read_tax_id(&mut fields, body.tax_id.as_deref());
    let language = read_language(&mut fields, &body.language);
    fields.finish(|| {
        Some(Settings {
            name: name?,
            tax_id: tax_id?,
            language: language?,
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
