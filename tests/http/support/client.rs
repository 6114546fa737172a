//! A person at the API.
use serde_json::Value;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

static KEYS: AtomicU64 = AtomicU64::new(0);

/// Somebody who sends requests, with or without a token.
#[derive(Clone)]
pub struct Client {
    base: String,
    agent: ureq::Agent,
    token: Option<String>,
    key: Option<String>,
    keyless: bool,
    /// E-mail and password, where the client has an account.
    pub login: Option<(String, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub body: Value,
    pub etag: String,
    pub headers: ureq::http::HeaderMap,
    request: String,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections_per_host(64)
            // The server closes a connection that nobody has used for a few seconds.
            .max_idle_age(std::time::Duration::from_secs(2))
            .build()
            .new_agent();
        Self {
            base: base.to_owned(),
            agent,
            token: None,
            key: None,
            keyless: false,
            login: None,
        }
    }

    /// The same person, sending no Idempotency-Key at all.
    pub fn without_key(&self) -> Self {
        Self {
            keyless: true,
            ..self.clone()
        }
    }

    /// The same person with this token.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same person, sending this Idempotency-Key instead of fresh ones.
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// Logs in and returns the person with a token.
    pub fn log_in(&self, email: &str, password: &str) -> Self {
        let tokens = self
            .anonymous()
            .post(
                "/api/v1/auth/login",
                serde_json::json!({"email": email, "password": password}),
            )
            .expect(200);
        let mut client = self.with_token(tokens.body["access_token"].as_str().unwrap());
        client.login = Some((email.to_owned(), password.to_owned()));
        client
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Self {
        Self {
            token: None,
            login: None,
            ..self.clone()
        }
    }

    pub fn get(&self, path: &str) -> Response {
        self.send("GET", path, None, None)
    }
    pub fn post(&self, path: &str, body: Value) -> Response {
        self.send("POST", path, None, Some(body))
    }
    /// A change of something that was read with this ETag.
    pub fn post_if(&self, path: &str, etag: &str, body: Value) -> Response {
        self.send("POST", path, Some(etag), Some(body))
    }
    /// An act without data.
    pub fn act(&self, path: &str, etag: &str) -> Response {
        self.send("POST", path, Some(etag), None)
    }
    pub fn put(&self, path: &str, etag: &str, body: Value) -> Response {
        self.send("PUT", path, Some(etag), Some(body))
    }
    pub fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, None, None)
    }
    /// A body that is not JSON, or not well-formed.
    pub fn post_text(&self, path: &str, media_type: &str, body: &str) -> Response {
        self.raw("POST", path, &[("content-type", media_type)], Some(body))
    }

    /// A body of bytes, or none.
    pub fn post_bytes(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        self.bytes("POST", path, headers, Some(body))
    }

    /// The bytes of a file.
    pub fn download(&self, path: &str) -> (ureq::http::HeaderMap, Vec<u8>) {
        self.download_as(path, "*/*")
    }

    /// The bytes of a resource in the form that is asked for.
    pub fn download_as(&self, path: &str, accept: &str) -> (ureq::http::HeaderMap, Vec<u8>) {
        self.download_with(path, &[("accept", accept)])
    }

    /// The bytes of a resource as some headers ask for it.
    pub fn download_with(
        &self,
        path: &str,
        wanted: &[(&str, &str)],
    ) -> (ureq::http::HeaderMap, Vec<u8>) {
        let (status, headers, bytes) = self.fetch(path, wanted);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        (headers, bytes)
    }

    /// The status of an answer in the form that is asked for.
    pub fn status_as(&self, path: &str, accept: &str) -> u16 {
        self.fetch(path, &[("accept", accept)]).0
    }

    fn fetch(&self, path: &str, wanted: &[(&str, &str)]) -> (u16, ureq::http::HeaderMap, Vec<u8>) {
        let mut bytes = Vec::new();
        let (status, headers) = self.stream(path, wanted, |part| bytes.extend_from_slice(part));
        (status, headers, bytes)
    }

    /// Hands over the parts of an answer as they come, however large it is.
    pub fn stream(
        &self,
        path: &str,
        wanted: &[(&str, &str)],
        mut part: impl FnMut(&[u8]),
    ) -> (u16, ureq::http::HeaderMap) {
        let mut request = ureq::http::Request::builder().uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in wanted {
            request = request.header(*name, *value);
        }
        let answer = self.agent.run(request.body(()).unwrap()).unwrap();
        let (head, body) = answer.into_parts();
        let mut body = body.into_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match body.read(&mut buffer).unwrap() {
                0 => return (head.status.as_u16(), head.headers),
                read => part(&buffer[..read]),
            }
        }
    }

    fn send(&self, method: &str, path: &str, etag: Option<&str>, body: Option<Value>) -> Response {
        let mut headers = Vec::new();
        if let Some(etag) = etag {
            headers.push(("if-match", etag));
        }
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.to_string());
        self.raw(method, path, &headers, body.as_deref())
    }

    /// Any request at all.
    pub fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response {
        self.bytes(method, path, headers, body.map(str::as_bytes))
    }

    fn bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Response {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if method != "GET" && !self.keyless {
            let fresh = || format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
            let key = self.key.clone().unwrap_or_else(fresh);
            request = request.header("idempotency-key", key);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        // A file may be no text; whoever wants its bytes uses `download`.
        let bytes = answer.body_mut().read_to_vec().unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let headers = answer.headers().clone();
        Response {
            status: answer.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
            etag: headers
                .get("etag")
                .map(|etag| etag.to_str().unwrap().to_owned())
                .unwrap_or_default(),
            headers,
            request: format!("{method} {path}"),
        }
    }
}

impl Response {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status, status,
            "{} answered {:#}",
            self.request, self.body
        );
        self
    }

    /// A refusal with this status and code, as problem+json.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.body["code"], code, "{:#}", answer.body);
        assert_eq!(answer.body["status"], status);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        answer
    }

    /// The pointers of a refusal's fields.
    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"]
            .as_array()
            .map(|errors| {
                errors
                    .iter()
                    .filter_map(|error| error["pointer"].as_str())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The id of the thing in the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.body["id"]
            .as_str()
            .expect("the answer has an id")
            .to_owned()
    }
}
