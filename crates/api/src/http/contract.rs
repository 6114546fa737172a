//! Holds every request to the OpenAPI document before a handler sees it: the path and method exist,
//! the query parameters are known, required headers are there and well-formed; where a token is needed it is good,
//! and a machine's has the scope that the operation names. The document cannot say one thing and the server do
//! another.
use crate::auth::Claims;
use crate::http::Problem;
use crate::openapi::machine_scope;
use crate::server::App;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, ResponseError, web};
use std::collections::{BTreeMap, BTreeSet};
use store::error::Code;
use store::sql::Time;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr, Required};

/// What each path's methods ask for.
#[derive(Debug, Default)]
pub struct Contract(BTreeMap<String, BTreeMap<String, Asks>>);

#[derive(Debug, Default)]
struct Asks {
    query: BTreeSet<String>,
    if_match: bool,
    idempotency_key: bool,
    token: bool,
    /// What a machine's token needs; without it the operation is for people.
    scope: Option<String>,
}

impl Contract {
    /// Reads the document.
    pub fn of(document: &OpenApi) -> Self {
        let mut paths = BTreeMap::new();
        for (path, item) in &document.paths.paths {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let asks = methods
                .into_iter()
                .filter_map(|(method, operation)| {
                    Some((method.to_owned(), Asks::of(operation.as_ref()?)))
                })
                .collect();
            paths.insert(path.clone(), asks);
        }
        Self(paths)
    }

    /// What the operation asks for, where it is in the document and the request is as the document says.
    fn check(&self, request: &ServiceRequest) -> Result<Option<&Asks>, Refused> {
        let Some(pattern) = request.match_pattern() else {
            return Err(Refused::Problem(nothing_here()));
        };
        // What is not in the document is the documentation's own pages.
        let Some(methods) = self.0.get(&pattern) else {
            return Ok(None);
        };
        let Some(asks) = methods.get(request.method().as_str()) else {
            let allow: Vec<&str> = methods.keys().map(String::as_str).collect();
            return Err(Refused::Method(allow.join(", ")));
        };
        asks.check(request).map_err(Refused::Problem)?;
        Ok(Some(asks))
    }
}

enum Refused {
    Problem(Problem),
    /// With the methods that are allowed.
    Method(String),
}

fn nothing_here() -> Problem {
    Problem::new(Code::NotFound, "There is nothing here that you can see.")
}

impl Asks {
    fn of(operation: &Operation) -> Self {
        let mut asks = Self {
            token: operation
                .security
                .as_ref()
                .is_none_or(|security| !security.is_empty()),
            scope: machine_scope(operation),
            ..Self::default()
        };
        for parameter in operation.parameters.iter().flatten() {
            let RefOr::T(parameter) = parameter else {
                continue;
            };
            let required = matches!(parameter.required, Required::True);
            match parameter.parameter_in {
                ParameterIn::Query => {
                    asks.query.insert(parameter.name.clone());
                }
                ParameterIn::Header if required && parameter.name == "If-Match" => {
                    asks.if_match = true;
                }
                ParameterIn::Header if required && parameter.name == "Idempotency-Key" => {
                    asks.idempotency_key = true;
                }
                _ => {}
            }
        }
        asks
    }

    fn check(&self, request: &ServiceRequest) -> Result<(), Problem> {
        let headers = request.headers();
        if self.token && !headers.contains_key(header::AUTHORIZATION) {
            return Err(no_token());
        }
        let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let query = query.map_err(|error| {
            Problem::new(
                Code::InvalidInput,
                format!("The query string cannot be read: {error}."),
            )
            .at("?")
        })?;
        let mut seen = BTreeSet::new();
        for (name, _) in query.iter() {
            if !self.query.contains(name) {
                return Err(Problem::new(
                    Code::UnknownParameter,
                    format!(
                        "There is no query parameter `{}` here.",
                        name.escape_debug()
                    ),
                )
                .at(format!("?{name}")));
            }
            if !seen.insert(name) {
                return Err(
                    Problem::new(Code::InvalidInput, format!("`{name}` is given twice."))
                        .at(format!("?{name}")),
                );
            }
        }
        let key = headers.get("idempotency-key");
        if self.idempotency_key && key.is_none() {
            return Err(Problem::new(
                Code::IdempotencyKeyRequired,
                "Send an Idempotency-Key of 1 to 255 visible ASCII characters, one for each new act.",
            )
            .at("#Idempotency-Key"));
        }
        if key.is_some_and(|key| !is_visible_ascii(key.as_bytes())) {
            return Err(Problem::new(
                Code::InvalidInput,
                "An Idempotency-Key has 1 to 255 visible ASCII characters.",
            )
            .at("#Idempotency-Key"));
        }
        if self.if_match && !headers.contains_key(header::IF_MATCH) {
            return Err(Problem::new(
                Code::IfMatchRequired,
                "State the ETag that you read in If-Match.",
            )
            .at("#If-Match"));
        }
        Ok(())
    }
}

/// The request has no token.
pub(super) fn no_token() -> Problem {
    Problem::new(
        Code::Unauthenticated,
        "Send a token: Authorization: Bearer …",
    )
}

/// The claims of the request's token, where the operation's scope allows it.
async fn claims(request: &ServiceRequest, asks: &Asks) -> Result<Claims, Problem> {
    let header = request.headers().get(header::AUTHORIZATION);
    let token = header
        .and_then(|value| value.to_str().ok()?.trim().split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(no_token)?;
    let app = request
        .app_data::<web::Data<App>>()
        .ok_or_else(crate::http::problem::internal)?;
    let claims = app.tokens.verify(token, &app.db, Time::now()).await?;
    claims.allow(asks.scope.as_deref())?;
    Ok(claims)
}

/// The refusal of a token, with the scope that was missing where one was (RFC 6750).
fn refuse_token(problem: &Problem, asks: &Asks) -> actix_web::HttpResponse {
    let mut response = problem.error_response();
    if let (Code::InsufficientScope, Some(scope)) = (problem.code(), &asks.scope) {
        let challenge =
            format!("Bearer realm=\"minga\", error=\"insufficient_scope\", scope=\"{scope}\"");
        if let Ok(value) = header::HeaderValue::from_str(&challenge) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

fn is_visible_ascii(key: &[u8]) -> bool {
    (1..=255).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic)
}

/// Middleware: refuses what the document does not allow.
///
/// # Errors
/// Those of the inner service.
pub async fn enforce(
    contract: web::Data<Contract>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = match contract.check(&request) {
        Ok(Some(asks)) if asks.token => match claims(&request, asks).await {
            Ok(claims) => {
                request.extensions_mut().insert(claims);
                return Ok(next.call(request).await?.map_into_boxed_body());
            }
            Err(problem) => refuse_token(&problem, asks),
        },
        Ok(_) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(Refused::Problem(problem)) => problem.error_response(),
        Err(Refused::Method(allow)) => {
            let mut response =
                Problem::new(Code::MethodNotAllowed, format!("Allowed here: {allow}."))
                    .error_response();
            if let Ok(value) = header::HeaderValue::from_str(&allow) {
                response.headers_mut().insert(header::ALLOW, value);
            }
            response
        }
    };
    Ok(request.into_response(response))
}
