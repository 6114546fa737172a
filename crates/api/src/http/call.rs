//! One request as a handler sees it: who asks, with which preconditions, and the two ways to answer,
//! [`Call::read`] and [`Call::write`]. One write is one transaction: the actor's mandate, the
//! idempotency key, the act and its answer stand or fall together.
use crate::auth::Claims;
use crate::http::body::Digested;
use crate::http::contract::no_token;
use crate::http::{Answer, Problem, Reply, observe};
use crate::server::App;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::{Ready, ready};
use store::error::Code;
use store::operations::idempotency::{self, Claim};
use store::sql::Time;
use store::{Actor, Conn, Error};

/// One request.
pub struct Call {
    /// What all requests share.
    pub app: web::Data<App>,
    /// When it came.
    pub now: Time,
    trace_id: String,
    method: String,
    path: String,
    query: String,
    claims: Option<Claims>,
    idempotency_key: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
}

/// How a unit of work ends: an answer, or a refusal on either side of the database.
pub type Work<T> = Result<T, Failure>;

/// Why a unit of work failed.
#[derive(Debug)]
pub enum Failure {
    /// Below.
    Store(Error),
    /// Here.
    Problem(Problem),
}
impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = |name: header::HeaderName| {
            let value = request.headers().get(name)?.to_str().ok()?;
            Some(value.trim().to_owned())
        };
        let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
            return ready(Err(crate::http::problem::internal()));
        };
        ready(Ok(Self {
            app,
            now: Time::now(),
            trace_id: observe::trace_id(),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            // Verified by the contract, where the operation asks for a token.
            claims: request.extensions().get::<Claims>().cloned(),
            idempotency_key: text(header::HeaderName::from_static("idempotency-key")),
            if_match: text(header::IF_MATCH),
            if_none_match: text(header::IF_NONE_MATCH),
        }))
    }
}

impl Call {
    /// The version that the caller saw, from `If-Match`.
    ///
    /// # Errors
    /// [`Code::IfMatchRequired`] without the header; [`Code::Stale`] for anything that is not one
    /// strong ETag of ours (it cannot be the present one).
    pub fn version(&self) -> Result<i64, Problem> {
        let Some(tag) = &self.if_match else {
            return Err(Problem::new(
                Code::IfMatchRequired,
                "State the ETag that you read in If-Match.",
            ));
        };
        tag.strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .and_then(|tag| tag.split('-').next()?.parse().ok())
            .ok_or_else(|| {
                Problem::new(
                    Code::Stale,
                    "If-Match holds no ETag that this resource ever had.",
                )
            })
    }

    /// The claims of the caller's token.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`].
    pub fn claims(&self) -> Result<Claims, Problem> {
        self.claims.clone().ok_or_else(no_token)
    }

    /// Looks something up before an answer that is no [`Reply`].
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] and what `work` answers.
    pub async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let claims = self.claims()?;
        let (now, trace_id) = (self.now, self.trace_id.clone());
        let found = self
            .app
            .db
            .read(move |conn| {
                let actor = claims.actor(conn, now, &trace_id)?;
                work(conn, &actor)
            })
            .await;
        Ok(found?)
    }

    /// Answers from the database, without changing it.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] and what `work` answers.
    pub async fn read(
        self,
        work: impl FnOnce(&mut Conn, &Actor) -> Work<Reply> + Send + 'static,
    ) -> Answer {
        let claims = self.claims()?;
        let (now, trace_id) = (self.now, self.trace_id.clone());
        let result = self
            .app
            .db
            .read(move |conn| {
                let actor = claims.actor(conn, now, &trace_id)?;
                capture(work(conn, &actor))
            })
            .await;
        self.answer(result?)
    }

    /// Carries out an act. `digest` is the body's, where there is one.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`], those of idempotency keys, and what `work` answers.
    pub async fn write(
        self,
        digest: Option<Digested>,
        mut work: impl FnMut(&mut Conn, &Actor) -> Work<Reply> + Send + 'static,
    ) -> Answer {
        let claims = self.claims()?;
        let claim = self.idempotency_key.clone().map(|key| Claim {
            scope: claims.subject,
            key,
            request_hash: self.request_hash(digest.as_ref(), claims.organisation),
        });
        let (now, trace_id) = (self.now, self.trace_id.clone());
        let result = self
            .app
            .db
            .write(move |conn| {
                let actor = claims.actor(conn, now, &trace_id)?;
                if let Some(claim) = &claim
                    && let Some(kept) = idempotency::claim(conn, claim, now)?
                {
                    return Ok(Reply::from_kept(kept));
                }
                let done = match work(conn, &actor) {
                    Ok(reply) => reply,
                    Err(Failure::Store(error)) => return Err(error),
                    // A refusal made here rolls back like any other.
                    Err(Failure::Problem(problem)) => return Err(problem.into_error()),
                };
                if let Some(claim) = &claim {
                    idempotency::keep(conn, claim, &done.to_kept())?;
                }
                Ok(Ok(done))
            })
            .await;
        self.answer(result?)
    }

    /// What an idempotency key is bound to: the act, and all that it was asked with.
    fn request_hash(&self, digest: Option<&Digested>, organisation: uuid::Uuid) -> String {
        let digest = digest.map_or("", |digest| digest.0.as_str());
        Digested::of(
            format!(
                "{organisation}\n{} {}?{}\n{}\n{digest}",
                self.method,
                self.path,
                self.query,
                self.if_match.as_deref().unwrap_or_default()
            )
            .as_bytes(),
        )
        .0
    }

    /// Sends a reply that was made outside [`Call::read`] and [`Call::write`] (logging in).
    ///
    /// # Errors
    /// The reply's own problem.
    pub fn answer(&self, reply: Result<Reply, Problem>) -> Answer {
        let reply = reply?;
        let link = reply.next().map(|next| self.link(next));
        reply.into_response(self.if_none_match.as_deref(), link)
    }

    fn link(&self, cursor: &str) -> String {
        let mut query: Vec<&str> = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
            .collect();
        let cursor = format!("cursor={cursor}");
        query.push(&cursor);
        format!("<{}?{}>; rel=\"next\"", self.path, query.join("&"))
    }
}

fn capture(work: Work<Reply>) -> Result<Result<Reply, Problem>, Error> {
    match work {
        Ok(reply) => Ok(Ok(reply)),
        Err(Failure::Problem(problem)) => Ok(Err(problem)),
        Err(Failure::Store(error)) => Err(error),
    }
}
