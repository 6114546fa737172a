//! `POST /organisations`.
use super::{OrganisationView, read_language, read_tax_id};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use actix_web::post;
use chrono::Months;
use governance::{MandateFacts, OrganisationKind, Role};
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::identity::memberships::{self, NewMandate};
use store::identity::organisations::{self, NewOrganisation};
use store::identity::people::{self, NewPerson};
use store::operations::audit::{self, Act};
use utoipa::ToSchema;

/// A founder's mandate lasts this long; the assembly gives the next.
const FOUNDING_MANDATE: Months = Months::new(12);

/// An organisation and the person who signs it up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// union, cooperative, network or community.
    #[schema(example = "union")]
    kind: String,
    #[schema(example = "Sindicato Textil del Sur")]
    name: String,
    /// ISO 3166 alpha-2.
    #[schema(example = "AR", pattern = "^[A-Z]{2}$")]
    country: String,
    /// As the country writes it: a CUIT, a VAT number.
    tax_id: Option<String>,
    /// es, en or pt: the language of its e-mails.
    #[schema(example = "es", pattern = "^(es|en|pt)$")]
    language: String,
    /// The first member, who may invite the others.
    founder: Founder,
}

/// The first member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Founder {
    #[schema(example = "Ana Pereyra")]
    name: String,
    #[schema(example = "ana@sindicato.example")]
    email: String,
    /// At least 12 characters.
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 1024, example = "a long sentence of one's own")]
    password: SecretString,
}

struct Application {
    organisation: NewOrganisation,
    name: String,
    email: String,
}

fn parse(body: &SignUp) -> Result<Application, Problem> {
    let mut fields = Fields::new();
    let kind = fields.take("/kind", OrganisationKind::parse(&body.kind));
    fields.require(
        kind != Some(OrganisationKind::Operator),
        "/kind",
        "The operator is made on the command line.",
    );
    let name = fields.text("/name", &body.name, 200);
    let country = wire::country(&mut fields, "/country", &body.country);
    let tax_id = read_tax_id(&mut fields, body.tax_id.as_deref());
    let language = read_language(&mut fields, &body.language);
    let founder = fields.text("/founder/name", &body.founder.name, 200);
    let email = wire::email(&mut fields, "/founder/email", &body.founder.email);
    fields.finish(|| {
        Some(Application {
            organisation: NewOrganisation {
                kind: kind?,
                name: name?,
                country: country?,
                tax_id: tax_id?,
                language: language?,
            },
            name: founder?,
            email: email?,
        })
    })
}

/// Signs an organisation up. It trades once it is admitted: a co-operative by a network, all others
/// by the operator. The founder gets a mandate as admin for twelve months.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_sign_up", security(()), request_body = SignUp,
    responses((status = 201, description = "The application.", body = OrganisationView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["email_taken"]))))]
#[post("/organisations")]
pub async fn sign_up(call: Call, body: Body<SignUp>) -> Answer {
    let application = parse(&body.value)?;
    let password_hash = call.app.passwords.hash(body.value.founder.password).await?;
    let now = call.now;
    let organisation = call
        .app
        .db
        .write(move |conn| {
            let person = people::create(
                conn,
                &NewPerson {
                    email: application.email.clone(),
                    name: application.name.clone(),
                    password_hash: password_hash.clone(),
                },
                now,
            )?;
            let id = organisations::create(conn, &application.organisation, now)?;
            let membership = memberships::join(conn, person, id, now)?;
            let mandate = NewMandate {
                membership,
                facts: MandateFacts {
                    roles: BTreeSet::from([Role::Admin]),
                    starts_on: now.date(),
                    expires_on: now.date() + FOUNDING_MANDATE,
                    recalled_at: None,
                },
                assembly_record: None,
            };
            memberships::give(
                conn,
                (id, application.organisation.kind),
                person,
                &mandate,
                now,
            )?;
            audit::record_by_server(
                conn,
                now,
                id,
                &Act {
                    act: "organisation.sign_up",
                    kind: "organisation",
                    id: id.uuid(),
                    before: None,
                    after: Some(&serde_json::json!({
                        "name": application.organisation.name, "founder": person.to_string(),
                    })),
                },
            )?;
            organisations::get(conn, id)
        })
        .await?;
    let version = organisation.version;
    let location = format!("/api/v1/organisations/{}", organisation.id);
    call.answer(Reply::created(
        location,
        &OrganisationView::from(organisation),
        version,
    ))
}
