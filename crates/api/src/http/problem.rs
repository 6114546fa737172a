//! Problems: every refusal as RFC 9457 `application/problem+json`. The one place that maps a refusal to
//! a status.
use crate::http::observe;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use store::error::{Code, FieldError, Kind, Refusal};
use store::{Error, db::DbError};
use utoipa::ToSchema;

/// What a handler answers with.
pub type Answer = Result<HttpResponse, Problem>;

/// Seconds after which a busy server is worth asking again.
const BUSY_RETRY_S: u32 = 1;

/// A refusal on its way out.
#[derive(Debug)]
pub struct Problem(Refusal);

/// RFC 9457 problem details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:minga:problem:sold_out", "title": "Too little capacity is left.", "status": 409,
    "detail": "Only 120 units are left until 2026-12-01.", "code": "sold_out",
    "errors": [{"pointer": "/lines/0/quantity", "detail": "Only 120 units are left until 2026-12-01."}],
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"
}))]
pub struct ProblemBody {
    /// Identifies the kind of problem: `urn:minga:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, a sentence for people.
    pub detail: String,
    /// The stable code, for programs.
    pub code: String,
    /// The fields at fault.
    pub errors: Vec<ProblemField>,
    /// Finds the request in the server's log.
    pub trace_id: String,
}

/// One field at fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body; `?name` for a query parameter, `#name` for a header.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem of a code, with its own sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Refusal::new(code, detail))
    }

    /// The same, pointing at a field.
    #[must_use]
    pub fn at(self, pointer: impl Into<String>) -> Self {
        Self(self.0.at(pointer))
    }

    /// Several fields that cannot be what they say.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let detail = match fields.as_slice() {
            [only] => only.detail.clone(),
            many => format!("{} fields cannot be what they say.", many.len()),
        };
        let mut refusal = Refusal::new(Code::InvalidInput, detail);
        refusal.fields = fields;
        Self(refusal)
    }

    /// The same where the fields stand below `pointer` in the body.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        for field in &mut self.0.fields {
            field.pointer.insert_str(0, pointer);
        }
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The refusal as the store's error, to roll back a transaction with.
    pub fn into_error(self) -> Error {
        Error::Refused(self.0)
    }

    /// The fields at fault.
    pub fn into_fields(self) -> Vec<FieldError> {
        self.0.fields
    }

    fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:minga:problem:{}", self.0.code.as_str()),
            title: self.0.code.meaning().trim().to_owned(),
            status: self.status_code().as_u16(),
            detail: self.0.detail.clone(),
            code: self.0.code.as_str().to_owned(),
            errors: self
                .0
                .fields
                .iter()
                .map(|field| ProblemField {
                    pointer: field.pointer.clone(),
                    detail: field.detail.clone(),
                })
                .collect(),
            trace_id: observe::trace_id(),
        }
    }

    fn retry_after(&self) -> Option<u32> {
        match self.0.code.kind() {
            Kind::TooMany | Kind::Unavailable => Some(self.0.retry_after.unwrap_or(BUSY_RETRY_S)),
            _ => self.0.retry_after,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self.0.code.kind() {
            Kind::Malformed => StatusCode::BAD_REQUEST,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Stale => StatusCode::PRECONDITION_FAILED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Rule => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.0.code.kind() == Kind::Unauthenticated {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"minga\""));
        }
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(body)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Error> for Problem {
    /// What the caller can do nothing about is logged here, once, and leaves without detail.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self(refusal),
            Error::Db(DbError::Busy) => Self::new(
                Code::Busy,
                "The server is busy: try again in a moment, with the same Idempotency-Key.",
            ),
            Error::Db(DbError::Connect(cause)) => {
                tracing::error!(%cause, "the database cannot be reached");
                Self::new(
                    Code::Busy,
                    "The database cannot be reached: try again in a moment.",
                )
            }
            Error::Db(cause) => {
                tracing::error!(%cause, "a request failed");
                internal()
            }
        }
    }
}

/// The server's own fault: the cause is in the log, under the trace id.
pub fn internal() -> Problem {
    Problem::new(
        Code::Internal,
        "Something went wrong on the server. Quote the trace id to whoever runs it.",
    )
}
