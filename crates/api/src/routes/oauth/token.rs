//! `POST /oauth/token`.
use crate::auth::secrets;
use crate::auth::tokens::ACCESS_FOR;
use crate::http::{Answer, Call};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::BTreeMap;
use store::identity::clients::{self, Known};
use utoipa::ToSchema;
use uuid::Uuid;

/// The form's media type.
const FORM: &str = "application/x-www-form-urlencoded";

/// What a machine asks for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form, which is read name by name")]
pub struct TokenRequest {
    /// `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// Scopes between spaces; all that the machine has where it is left out.
    #[schema(example = "accounting:read events:read")]
    scope: Option<String>,
    /// Where the header Authorization does not name the machine.
    client_id: Option<Uuid>,
    /// With `client_id`.
    #[schema(format = "password")]
    client_secret: Option<String>,
}

/// A token for a machine. There is no refresh token: it asks again.
#[derive(Serialize, ToSchema)]
pub struct MachineToken {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it expires.
    #[schema(example = 900)]
    expires_in: i64,
    /// What it can be used for, scopes between spaces.
    #[schema(example = "accounting:read events:read")]
    scope: String,
}

/// A refusal in the words of RFC 6749, section 5.2.
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type` or `invalid_scope`.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// A sentence for people.
    error_description: String,
}

/// A refusal, and whether the machine named itself in the header.
struct Refused {
    error: &'static str,
    detail: String,
    by_header: bool,
}

impl Refused {
    fn new(error: &'static str, detail: impl Into<String>) -> Self {
        Self {
            error,
            detail: detail.into(),
            by_header: false,
        }
    }

    fn respond(self) -> HttpResponse {
        let unknown = self.error == "invalid_client";
        let mut response = HttpResponse::build(match unknown {
            true => StatusCode::UNAUTHORIZED,
            false => StatusCode::BAD_REQUEST,
        });
        if unknown && self.by_header {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"minga\""));
        }
        secret(&mut response).json(TokenError {
            error: self.error,
            error_description: self.detail,
        })
    }
}

/// No cache may hold the answer, not even one of HTTP/1.0.
fn secret(response: &mut actix_web::HttpResponseBuilder) -> &mut actix_web::HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
}

/// What the request says, read and checked for its form alone.
struct Asked {
    client: Uuid,
    secret: String,
    scope: Option<String>,
    by_header: bool,
}

/// `name=value` pairs; a name may not come twice.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, Refused> {
    let broken = |_| Refused::new("invalid_request", "The form cannot be read.");
    let read = web::Query::<Vec<(String, String)>>::from_query(text).map_err(broken)?;
    let mut pairs = BTreeMap::new();
    for (name, value) in read.into_inner() {
        if pairs.insert(name.clone(), value).is_some() {
            let detail = format!("`{}` is given twice.", name.escape_debug());
            return Err(Refused::new("invalid_request", detail));
        }
    }
    Ok(pairs)
}

/// Id and secret from `Authorization: Basic`, each percent-encoded before they were joined (RFC 6749, 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, Refused> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let decoded = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (id, secret) = text.split_once(':')?;
        let plain = |part: &str| pairs(&format!("v={part}")).ok()?.remove("v");
        let named = Some((plain(id)?, plain(secret)?));
        named.filter(|_| scheme.eq_ignore_ascii_case("basic"))
    };
    decoded().map(Some).ok_or_else(|| Refused {
        by_header: true,
        ..Refused::new("invalid_client", "The header Authorization is not Basic.")
    })
}

fn read(request: &HttpRequest, body: &[u8]) -> Result<Asked, Refused> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok()?.split(';').next());
    if !media.is_some_and(|media| media.trim().eq_ignore_ascii_case(FORM)) {
        let detail = format!("Send the form as {FORM}.");
        return Err(Refused::new("invalid_request", detail));
    }
    let text = std::str::from_utf8(body)
        .map_err(|_| Refused::new("invalid_request", "The form is not UTF-8."))?;
    let mut form = pairs(text)?;
    let header = basic(request)?;
    let by_header = header.is_some();
    let posted = (form.remove("client_id"), form.remove("client_secret"));
    let named = match (header, posted) {
        (Some(_), (_, Some(_))) => {
            let detail = "Name the machine in the header or in the form, not in both.";
            return Err(Refused::new("invalid_request", detail));
        }
        (Some((id, _)), (Some(other), None)) if id != other => {
            return Err(Refused::new(
                "invalid_request",
                "The header and the form name different machines.",
            ));
        }
        (Some(named), _) => Some(named),
        (None, (Some(id), Some(secret))) => Some((id, secret)),
        (None, _) => None,
    };
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => {
            let detail = "The grant is client_credentials.";
            return Err(Refused::new("unsupported_grant_type", detail));
        }
        None => return Err(Refused::new("invalid_request", "`grant_type` is missing.")),
    }
    let Some((id, secret)) = named else {
        let detail = "Name the machine with its id and secret.";
        return Err(Refused::new("invalid_client", detail));
    };
    let client = Uuid::parse_str(&id).map_err(|_| unknown(by_header))?;
    Ok(Asked {
        client,
        secret,
        scope: form.remove("scope"),
        by_header,
    })
}

fn unknown(by_header: bool) -> Refused {
    let detail = "There is no such machine, its secret is wrong, or it may not act any more.";
    Refused {
        by_header,
        ..Refused::new("invalid_client", detail)
    }
}

/// The scopes of the token: those that are asked for, all of them the machine's.
fn scope(machine: &Known, asked: Option<&str>) -> Result<String, Refused> {
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
        return Ok(machine.scopes.join(" "));
    };
    let wanted: Vec<&str> = asked.split_whitespace().collect();
    match wanted
        .iter()
        .find(|wanted| !machine.scopes.iter().any(|held| held == *wanted))
    {
        Some(other) => {
            let detail = format!(
                "The machine does not have the scope {}.",
                other.escape_debug()
            );
            Err(Refused::new("invalid_scope", detail))
        }
        None => Ok(wanted.join(" ")),
    }
}

/// Gives a machine a token, by its client credentials: in the header (`client_secret_basic`) or in the form
/// (`client_secret_post`). An address that sends many wrong ones is told to wait; right ones always pass.
#[utoipa::path(tag = "Machines", operation_id = "oauth_token", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token.", body = MachineToken),
        (status = 400, description = "The request cannot be read, or asks for what there is not.", body = TokenError),
        (status = 401, description = "The machine is not known.", body = TokenError)))]
#[post("/oauth/token")]
pub async fn token(call: Call, request: HttpRequest, body: web::Bytes) -> Answer {
    let asked = match read(&request, &body) {
        Ok(asked) => asked,
        Err(refused) => return Ok(refused.respond()),
    };
    let (id, hash, now) = (
        asked.client.into(),
        secrets::digest(&asked.secret),
        call.now,
    );
    let known = call
        .app
        .db
        .read(move |conn| clients::known(conn, id, &hash, now));
    let Some(machine) = known.await? else {
        call.app.wrong_secrets.count(&request)?;
        return Ok(unknown(asked.by_header).respond());
    };
    let scope = match scope(&machine, asked.scope.as_deref()) {
        Ok(scope) => scope,
        Err(refused) => return Ok(refused.respond()),
    };
    let access_token = call
        .app
        .tokens
        .sign_for_machine(&machine, scope.clone(), now);
    Ok(secret(&mut HttpResponse::Ok()).json(MachineToken {
        access_token: access_token?,
        token_type: "Bearer",
        expires_in: ACCESS_FOR.num_seconds(),
        scope,
    }))
}
