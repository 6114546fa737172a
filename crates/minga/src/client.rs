//! A small client of our own API: for the demo and the command line.
use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::io::Write;
use std::sync::Arc;
use ureq::tls::TlsConfig;
use uuid::Uuid;

/// TLS of every connection that this program makes over HTTP: the provider that all its parts share, and the roots
/// that browsers trust.
pub fn tls() -> TlsConfig {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(provider))
        .build()
}

/// Somebody who talks to a server.
#[derive(Clone)]
pub struct Client {
    base: String,
    agent: ureq::Agent,
    token: Option<SecretString>,
}

/// An answer that was not refused.
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The ETag, empty where there is none.
    pub etag: String,
    /// The body; null where there is none.
    pub body: Value,
}

/// The server refused a request.
#[derive(Debug)]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    line: String,
}

impl Refused {
    fn new(method: &str, path: &str, status: u16, problem: &Value) -> Self {
        let reason = refusal(problem);
        Self {
            status,
            line: format!("{method} {path} was refused ({status}): {reason}"),
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line)
    }
}

impl std::error::Error for Refused {}

impl Response {
    /// A text of the body, by JSON pointer.
    ///
    /// # Errors
    /// Where the answer has no such text.
    pub fn text(&self, pointer: &str) -> anyhow::Result<&str> {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .with_context(|| format!("the answer has no text at {pointer}: {}", self.body))
    }

    /// The `id` of the body.
    ///
    /// # Errors
    /// Where there is none.
    pub fn id(&self) -> anyhow::Result<String> {
        Ok(self.text("/id")?.to_owned())
    }
}

impl Client {
    /// Nobody yet, at this server.
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .tls_config(tls())
            .build()
            .new_agent();
        Self {
            base: base.trim_end_matches('/').to_owned(),
            agent,
            token: None,
        }
    }

    /// The holder of this access token.
    #[must_use]
    pub fn with_token(&self, token: SecretString) -> Self {
        Self {
            token: Some(token),
            ..self.clone()
        }
    }

    /// Logs in for the person's only organisation.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn log_in(&self, email: &str, password: &str) -> anyhow::Result<Self> {
        let body = serde_json::json!({"email": email, "password": password});
        let tokens = self.post("/api/v1/auth/login", &body)?;
        Ok(self.with_token(tokens.text("/access_token")?.into()))
    }

    /// A token for a machine, by its id and secret (OAuth 2.0 client credentials).
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn machine_token(&self, id: &str, secret: &SecretString) -> anyhow::Result<SecretString> {
        let path = "/oauth/token";
        let joined = STANDARD.encode(format!("{id}:{}", secret.expose_secret()));
        let request = ureq::http::Request::post(format!("{}{path}", self.base))
            .header("authorization", format!("Basic {joined}"))
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body("grant_type=client_credentials")?;
        let mut answer = self
            .agent
            .run(request)
            .with_context(|| format!("POST {}{path}", self.base))?;
        let text = answer.body_mut().read_to_string()?;
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let status = answer.status().as_u16();
        if status >= 400 {
            let reason = at(&body, "error_description").as_str().unwrap_or_default();
            let line = format!("POST {path} was refused ({status}): {reason}");
            return Err(Refused { status, line }.into());
        }
        let token = at(&body, "access_token").as_str();
        Ok(token.context("the answer has no token")?.into())
    }

    /// `GET`.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn get(&self, path: &str) -> anyhow::Result<Response> {
        self.accepted("GET", path, None, None)
    }

    /// `POST` with a fresh Idempotency-Key.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Response> {
        self.accepted("POST", path, None, Some(&body.to_string()))
    }

    /// `POST` of a change of what was read with this ETag.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn post_if(&self, path: &str, etag: &str, body: &Value) -> anyhow::Result<Response> {
        self.accepted("POST", path, Some(etag), Some(&body.to_string()))
    }

    /// `POST` without a body.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn act(&self, path: &str, etag: &str) -> anyhow::Result<Response> {
        self.accepted("POST", path, Some(etag), None)
    }

    /// `PUT`; `etag` is empty where the thing is new.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn put(&self, path: &str, etag: &str, body: &Value) -> anyhow::Result<Response> {
        let etag = (!etag.is_empty()).then_some(etag);
        self.accepted("PUT", path, etag, Some(&body.to_string()))
    }

    fn accepted(
        &self,
        method: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<&str>,
    ) -> anyhow::Result<Response> {
        let body = body.map(|body| ("application/json", body.as_bytes()));
        self.unrefused(method, path, etag, body)
    }

    /// `POST` of a file with a fresh Idempotency-Key.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn post_file(&self, path: &str, media: &str, file: &[u8]) -> anyhow::Result<Response> {
        self.unrefused("POST", path, None, Some((media, file)))
    }

    fn unrefused(
        &self,
        method: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<(&str, &[u8])>,
    ) -> anyhow::Result<Response> {
        let response = self.send(method, path, etag, body)?;
        if response.status >= 400 {
            return Err(Refused::new(method, path, response.status, &response.body).into());
        }
        Ok(response)
    }

    /// A file, whole.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn download(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let mut file = Vec::new();
        self.download_into(path, &mut file)?;
        Ok(file)
    }

    /// A file, written as it comes.
    ///
    /// # Errors
    /// A refusal, no answer, or what `into` cannot take.
    pub fn download_into(&self, path: &str, into: &mut impl Write) -> anyhow::Result<()> {
        let mut answer = self.ask("GET", path, None, None)?;
        let status = answer.status().as_u16();
        if status >= 400 {
            let problem = answer.body_mut().read_to_string()?;
            let problem = serde_json::from_str(&problem).unwrap_or(Value::Null);
            return Err(Refused::new("GET", path, status, &problem).into());
        }
        std::io::copy(&mut answer.body_mut().as_reader(), into)?;
        Ok(())
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<(&str, &[u8])>,
    ) -> anyhow::Result<ureq::http::Response<ureq::Body>> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            let bearer = format!("Bearer {}", token.expose_secret());
            request = request.header("authorization", bearer);
        }
        if method == "POST" {
            request = request.header("idempotency-key", Uuid::now_v7().to_string());
        }
        if let Some(etag) = etag {
            request = request.header("if-match", etag);
        }
        let answer = match body {
            Some((media_type, body)) => {
                let request = request.header("content-type", media_type);
                self.agent.run(request.body(body)?)
            }
            None => self.agent.run(request.body(())?),
        };
        answer.with_context(|| format!("{method} {}{path}", self.base))
    }

    /// Any request; a refusal is an answer like any other.
    ///
    /// # Errors
    /// Where the server gives no answer.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<(&str, &[u8])>,
    ) -> anyhow::Result<Response> {
        let mut answer = self.ask(method, path, etag, body)?;
        let text = answer.body_mut().read_to_string()?;
        let etag = answer
            .headers()
            .get("etag")
            .and_then(|etag| etag.to_str().ok());
        Ok(Response {
            status: answer.status().as_u16(),
            etag: etag.unwrap_or_default().to_owned(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        })
    }
}

/// A problem in a line: its sentence, its code, its fields.
pub fn refusal(problem: &Value) -> String {
    let text = |name: &str| {
        problem
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    format!(
        "{} [{}] {}",
        text("detail"),
        text("code"),
        at(problem, "errors")
    )
}

/// A member of a JSON object; null where there is none.
pub fn at<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}
