//! Sends webhooks: over HTTPS to public addresses, which are looked up and held to the rules at the moment of
//! connecting, without following redirects, and without waiting long.
use crate::client::tls;
use api::webhooks::{is_public, sign};
use std::fmt::Debug;
use std::time::{Duration, Instant};
use store::operations::webhooks::deliveries::{self, Delivery, Outcome};
use store::operations::webhooks::endpoints::Endpoint;
use store::sql::Time;
use store::{Db, Error};
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// A receiver that has not answered within this is slow: it is tried again later.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Of an answer nothing but its status is read; its head may have so many bytes.
const ANSWER_HEAD_MAX: usize = 16 * 1024;
/// How long an endpoint is served before its turn is over: less than its lease.
const TURN: Duration = Duration::from_secs(60);

/// Sends what waits for endpoints.
#[derive(Clone)]
pub struct WebhookSender {
    agent: Agent,
}

/// Looks names up and takes only addresses that webhooks may go to. The connection is made to what this returns, so
/// that a name cannot mean something else a moment later.
#[derive(Debug)]
struct PublicOnly {
    inner: DefaultResolver,
    anywhere: bool,
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter() {
            if self.anywhere || is_public(address.ip()) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() {
            let refused = "the name stands for no public address";
            return Err(ureq::Error::Other(refused.into()));
        }
        Ok(allowed)
    }
}

impl WebhookSender {
    /// Ready to send; `anywhere` is for development: plain HTTP and private addresses too.
    pub fn new(anywhere: bool) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!anywhere)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy would look the name up by itself.
            .proxy(None)
            .timeout_global(Some(TIMEOUT))
            .max_response_header_size(ANSWER_HEAD_MAX)
            .user_agent("minga-webhooks/1")
            .tls_config(tls())
            .build();
        let resolver = PublicOnly {
            inner: DefaultResolver::default(),
            anywhere,
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
        }
    }

    /// Serves an endpoint's turn: what waits for it, the oldest first, until there is no more, one fails, or the turn
    /// is over. `now` is when the turn began.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn serve(&self, db: &Db, endpoint: Endpoint, now: Time) -> Result<(), Error> {
        let begun = Instant::now();
        let present = || {
            let elapsed = chrono::TimeDelta::from_std(begun.elapsed()).unwrap_or_default();
            now.plus(elapsed)
        };
        while begun.elapsed() < TURN {
            let held = endpoint.clone();
            let waiting = db.read(move |conn| deliveries::next(conn, &held)).await?;
            let Some((endpoint, delivery)) = waiting else {
                break;
            };
            let outcome = self.send(&endpoint, &delivery, present()).await;
            if !matches!(outcome, Outcome::Taken(_)) {
                tracing::warn!(endpoint = %endpoint.id, delivery = %delivery.id, ?outcome, "not delivered");
            }
            let at = present();
            let more = db
                .write(move |conn| deliveries::finish(conn, &endpoint, &delivery, &outcome, at))
                .await?;
            if !more {
                return Ok(());
            }
        }
        let at = present();
        db.write(move |conn| deliveries::give_back(conn, &endpoint, at))
            .await
    }

    async fn send(&self, endpoint: &Endpoint, delivery: &Delivery, now: Time) -> Outcome {
        let id = delivery.id.to_string();
        let timestamp = now.utc().timestamp();
        let signatures: Result<Vec<String>, _> = endpoint
            .secrets(now)
            .map(|secret| sign(secret, &id, timestamp, &delivery.body))
            .collect();
        let Ok(signatures) = signatures else {
            return Outcome::Silent("the secret of the endpoint cannot be read".to_owned());
        };
        let request = ureq::http::Request::post(&endpoint.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signatures.join(" "))
            .body(delivery.body.clone());
        let request = match request {
            Ok(request) => request,
            Err(error) => return Outcome::Silent(error.to_string()),
        };
        let agent = self.agent.clone();
        let answer = tokio::task::spawn_blocking(move || {
            // The body of the answer is left unread.
            agent.run(request).map(|answer| answer.status().as_u16())
        })
        .await;
        match answer {
            Ok(Ok(status @ 200..=299)) => Outcome::Taken(i32::from(status)),
            Ok(Ok(410)) => Outcome::Gone,
            Ok(Ok(status)) => Outcome::Refused(i32::from(status)),
            Ok(Err(error)) => Outcome::Silent(error.to_string()),
            Err(error) => Outcome::Silent(error.to_string()),
        }
    }
}
