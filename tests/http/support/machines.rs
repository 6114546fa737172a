//! Machines at the API: registered by an admin, with tokens by client credentials.
use super::client::{Client, Response};
use super::governance::today;
use super::world::{Org, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Days;
use serde_json::{Value, json};

/// A registered machine.
pub struct Machine {
    pub id: String,
    pub secret: String,
    /// With a token of all its scopes.
    pub client: Client,
}

/// What registers a machine with these scopes and roles.
pub fn machine(scopes: &[&str], roles: &[&str]) -> Value {
    json!({"name": "A machine", "scopes": scopes, "roles": roles, "expires_on": today() + Days::new(300)})
}

/// Asks for a token in the form, or by the header where `basic` names id and secret.
pub fn ask_for_token(world: &World, basic: Option<(&str, &str)>, form: &str) -> Response {
    let mut headers = vec![(
        "content-type",
        "application/x-www-form-urlencoded".to_owned(),
    )];
    if let Some((id, secret)) = basic {
        let joined = STANDARD.encode(format!("{id}:{secret}"));
        headers.push(("authorization", format!("Basic {joined}")));
    }
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let nobody = world.client().without_key();
    nobody.raw("POST", "/oauth/token", &headers, Some(form))
}

impl Org<'_> {
    /// A machine of the organisation, with its token.
    pub fn machine(&self, world: &World, scopes: &[&str], roles: &[&str]) -> Machine {
        let registered = self.admin.post("/api/v1/clients", machine(scopes, roles));
        let registered = registered.expect(201);
        let secret = registered.body["client_secret"].as_str().unwrap();
        let answer = ask_for_token(
            world,
            Some((&registered.id(), secret)),
            "grant_type=client_credentials",
        )
        .expect(200);
        let token = answer.body["access_token"].as_str().unwrap();
        Machine {
            id: registered.id(),
            secret: secret.to_owned(),
            client: world.client().with_token(token),
        }
    }
}
