//! Telling others what happened: events get their places in the change feed, and are sent to those who have them sent.
//! Apart from the worker's other work, so that a long job makes nobody wait for news.
use crate::worker::{IDLE, ROUNDS_PER_PASS, Worker};
use api::webhooks::body_of;
use store::operations::webhooks::{self, deliveries, endpoints};
use store::operations::{events, webhooks::endpoints::Endpoint};
use store::sql::Time;
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;

/// Events that get their places in one transaction.
const EVENTS_PER_ROUND: i64 = 500;
/// Endpoints that are served at the same time: slow ones keep only themselves waiting.
const ENDPOINTS_AT_ONCE: usize = 16;

/// Turns of endpoints under way.
type Turns = JoinSet<()>;

impl Worker {
    /// Publishes what was committed, and sends what is due.
    ///
    /// # Errors
    /// Those of the database; what a receiver does not take is written down and tried again later.
    pub async fn tell(&self, now: Time) -> anyhow::Result<()> {
        self.publish(now).await?;
        for _ in 0..ROUNDS_PER_PASS {
            let mut turns = Turns::new();
            self.begin_turns(&mut turns, now).await?;
            if turns.is_empty() {
                break;
            }
            turns.join_all().await;
        }
        Ok(())
    }

    async fn publish(&self, now: Time) -> anyhow::Result<()> {
        self.db
            .write(move |conn| deliveries::forget_old(conn, now))
            .await?;
        for _ in 0..ROUNDS_PER_PASS {
            let public_url = self.public_url.clone();
            let published = self
                .db
                .write(move |conn| {
                    let published = events::publish(conn, now, EVENTS_PER_ROUND)?;
                    webhooks::queue(conn, &published, |event| body_of(event, &public_url))?;
                    Ok(published.len())
                })
                .await?;
            if published == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Begins turns of endpoints that something waits for, as many as may be served at the same time.
    async fn begin_turns(&self, turns: &mut Turns, now: Time) -> anyhow::Result<()> {
        let free = ENDPOINTS_AT_ONCE.saturating_sub(turns.len());
        let free = i64::try_from(free)?;
        if free == 0 {
            return Ok(());
        }
        let due: Vec<Endpoint> = self
            .db
            .write(move |conn| endpoints::claim(conn, now, free))
            .await?;
        for endpoint in due {
            let (sender, db) = (self.webhooks.clone(), self.db.clone());
            turns.spawn(async move {
                let id = endpoint.id;
                if let Err(error) = sender.serve(&db, endpoint, now).await {
                    tracing::error!(endpoint = %id, %error, "left to its lease");
                }
            });
        }
        Ok(())
    }

    /// Tells until `stop` says so. Turns that are under way then end with their leases: a receiver knows a message
    /// that comes twice by its id.
    pub(crate) async fn keep_telling(&self, mut stop: Receiver<bool>) {
        let mut turns = Turns::new();
        while !*stop.borrow() {
            let now = Time::now();
            while turns.try_join_next().is_some() {}
            let told = async {
                self.publish(now).await?;
                self.begin_turns(&mut turns, now).await
            };
            if let Err(error) = told.await {
                tracing::error!(%error, "events could not be told");
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }
}
