//! `POST /clients`.
use super::{ClientView, ClientWithSecret};
use crate::auth::{scopes, secrets};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::post;
use chrono::NaiveDate;
use governance::Role;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::identity::clients::{self, NewClient};
use utoipa::ToSchema;

/// A machine to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// What people call it.
    #[schema(example = "Accounting of the union")]
    name: String,
    /// What its tokens can be used for: scopes of the document's `machine` security scheme.
    #[schema(example = json!(["accounting:read", "events:read"]))]
    scopes: Vec<String>,
    /// What its mandate allows beside what every member may do: buyer, seller, accountant or treasurer, those that
    /// your kind of organisation has; none for a machine that only reads.
    #[schema(example = json!(["accountant"]))]
    roles: Vec<String>,
    /// The last day; at most two years from today.
    expires_on: NaiveDate,
}

fn parse(body: &Register, secret_hash: String) -> Result<NewClient, Problem> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.name, 100);
    let mut held = BTreeSet::new();
    for (index, word) in body.scopes.iter().enumerate() {
        match scopes::parse(word) {
            Some(scope) => {
                held.insert(scope);
            }
            None => fields.refuse(format!("/scopes/{index}"), "There is no such scope."),
        }
    }
    let some = !body.scopes.is_empty();
    fields.require(some, "/scopes", "A machine has at least one scope.");
    let mut roles = BTreeSet::new();
    for (index, word) in body.roles.iter().enumerate() {
        roles.extend(fields.take(format!("/roles/{index}"), Role::parse(word)));
    }
    fields.finish(|| {
        Some(NewClient {
            name: name?,
            scopes: held,
            roles,
            expires_on: body.expires_on,
            secret_hash,
        })
    })
}

/// Registers a machine that acts for your organisation: by the client credentials that this shows, with the scopes,
/// roles and last day that you give it, and never for what is for people to decide or to sign.
#[utoipa::path(tag = "Machines", operation_id = "clients_register", request_body = Register,
    params(IdempotencyKeyRequired),
    responses((status = 201, description = "The machine with its secret.", body = ClientWithSecret,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))))]
#[post("/clients")]
pub async fn register(call: Call, body: Body<Register>) -> Answer {
    let (secret, hash) = secrets::fresh();
    let new = parse(&body.value, hash)?;
    call.write(Some(body.digest), move |conn, actor| {
        let client = clients::register(conn, actor, &new)?;
        let location = format!("/api/v1/clients/{}", client.id);
        let view = ClientView::at(&client, actor.now);
        let (shown, kept) = ClientWithSecret::pair(view, secret.clone());
        Ok(Reply::created(location, &shown, client.version)?.once(&kept)?)
    })
    .await
}
