//! A small client of our own API: for the demo and the command line.
use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

/// The largest file that is downloaded.
const FILE_MAX: u64 = 1024 * 1024 * 1024;

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
        let response = self.send(
            method,
            path,
            etag,
            body.map(|body| ("application/json", body.as_bytes())),
        )?;
        if response.status >= 400 {
            bail!(
                "{method} {path} was refused ({}): {}",
                response.status,
                refusal(&response.body)
            );
        }
        Ok(response)
    }

    /// A file, whole.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub fn download(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let mut answer = self.ask("GET", path, None, None)?;
        let status = answer.status().as_u16();
        if status >= 400 {
            let problem = answer.body_mut().read_to_string()?;
            let problem = serde_json::from_str(&problem).unwrap_or(Value::Null);
            bail!("GET {path} was refused ({status}): {}", refusal(&problem));
        }
        let body = answer.body_mut().with_config().limit(FILE_MAX);
        Ok(body.read_to_vec()?)
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
