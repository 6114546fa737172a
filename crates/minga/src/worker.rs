//! The worker: carries out what the outbox holds and lets deadlines pass. Any replica may run it, and
//! any number of them: an entry is leased, and what was done twice is the same message.
use anyhow::Context;
use mail::{EmailAddress, Language, Mailer, Message, Notice, SendError};
use serde_json::Value;
use std::time::Duration;
use store::agreements;
use store::complaints;
use store::error::Code;
use store::fulfilment::deadlines;
use store::needs::notices;
use store::operations::idempotency;
use store::operations::jobs::{self, Job, JobKind};
use store::operations::outbox::{self, Entry, Kind, Outcome};
use store::orders;
use store::pools::phases;
use store::quotations;
use store::rounds::plan;
use store::sql::Time;
use store::{Db, Error};
use uuid::Uuid;

/// Entries that one round takes: bounds what a crash leaves to the lease.
const ENTRIES_PER_ROUND: i64 = 20;
/// Rounds that one pass makes at most: a pass ends even while others keep adding.
const ROUNDS_PER_PASS: u32 = 500;
/// How long the worker sleeps when there is nothing to do.
const IDLE: Duration = Duration::from_secs(2);

/// What a worker needs.
pub struct Worker {
    /// The database.
    pub db: Db,
    /// Who delivers messages.
    pub mailer: Mailer,
    /// Completes the links in messages.
    pub public_url: String,
}

impl Worker {
    /// One pass at time `now`: deadlines first, then all that is due. Returns how many entries were
    /// carried out.
    ///
    /// # Errors
    /// Those of the database; an entry that fails is written down and tried again later.
    pub async fn pass(&self, now: Time) -> anyhow::Result<usize> {
        self.db
            .write(move |conn| idempotency::forget_old(conn, now))
            .await?;
        for _ in 0..ROUNDS_PER_PASS {
            let passed = self
                .db
                .write(move |conn| Ok(orders::expire_due(conn, now)? + deadlines::pass(conn, now)?))
                .await?;
            let ended = self
                .db
                .write(move |conn| phases::pass_due(conn, now))
                .await?;
            if passed == 0 && ended == 0 {
                break;
            }
        }
        for _ in 0..ROUNDS_PER_PASS {
            let passed = self
                .db
                .write(move |conn| {
                    Ok(agreements::pass_due(conn, now)?
                        + quotations::pass_due(conn, now)?
                        + complaints::pass_due(conn, now)?)
                })
                .await?;
            if passed == 0 {
                break;
            }
        }
        let mut done = 0;
        while let Some(job) = self.db.write(move |conn| jobs::claim(conn, now)).await? {
            self.do_job(job, now).await?;
            done += 1;
        }
        for _ in 0..ROUNDS_PER_PASS {
            let entries = self
                .db
                .write(move |conn| outbox::claim(conn, now, ENTRIES_PER_ROUND))
                .await?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                self.carry_out(entry, now).await?;
                done += 1;
            }
        }
        Ok(done)
    }

    /// Does a job. What the database refuses at this moment is left to the lease; what no try can change,
    /// and what failed too often, ends the job.
    async fn do_job(&self, job: Job, now: Time) -> anyhow::Result<()> {
        let planned = match job.kind {
            JobKind::PlanRound => self.plan_round(&job, now).await,
        };
        let reason = match planned {
            Ok(()) => return Ok(()),
            Err(Error::Refused(refusal)) if refusal.code == Code::Busy => {
                tracing::warn!(job = %job.id, reason = %refusal.detail, "left to another worker");
                return Ok(());
            }
            Err(Error::Refused(refusal)) => refusal.detail,
            Err(error) if job.attempts >= jobs::ATTEMPTS_MAX => {
                tracing::error!(job = %job.id, %error, "given up");
                "Something went wrong on the server; the log has more.".to_owned()
            }
            Err(error) => {
                tracing::warn!(job = %job.id, %error, "will be tried again");
                return Ok(());
            }
        };
        self.db
            .write(move |conn| plan::fail(conn, &job, &reason, now))
            .await?;
        Ok(())
    }

    /// Matches a round, keeps each need's part, then the whole.
    async fn plan_round(&self, job: &Job, now: Time) -> Result<(), Error> {
        let asked = job.clone();
        let prepared = self
            .db
            .read(move |conn| plan::prepare(conn, &asked, now))
            .await?;
        let mut errors = prepared.errors.clone();
        for part in prepared.parts.clone() {
            let job = job.clone();
            let left_out = self
                .db
                .write(move |conn| plan::keep(conn, &job, &part, now))
                .await?;
            errors.extend(left_out);
        }
        let job = job.clone();
        self.db
            .write(move |conn| plan::finish(conn, &job, &prepared, &errors, now))
            .await
    }

    /// Passes until `stop` says so.
    pub async fn run(&self, mut stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.pass(Time::now()).await {
                tracing::error!(%error, "a pass of the worker failed");
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn carry_out(&self, entry: Entry, now: Time) -> anyhow::Result<()> {
        let outcome = match entry.kind() {
            Some(Kind::Mail) => self.send(&entry).await,
            Some(Kind::MatchUnmet) => self.match_unmet(&entry, now).await,
            None => Outcome::Retry("written by a newer version of this program".to_owned()),
        };
        match &outcome {
            Outcome::Done => {}
            Outcome::Retry(error) => {
                tracing::warn!(entry = %entry.id, %error, "will be tried again");
            }
            Outcome::Failed(error) => tracing::error!(entry = %entry.id, %error, "given up"),
        }
        self.db
            .write(move |conn| outbox::finish(conn, &entry, &outcome, now))
            .await?;
        Ok(())
    }

    /// New capacity: those whose unmet needs it could serve are told. Doing it twice tells nobody twice.
    async fn match_unmet(&self, entry: &Entry, now: Time) -> Outcome {
        let id = |name: &str| {
            let text = entry.payload().get(name).and_then(Value::as_str);
            text.and_then(|text| text.parse::<Uuid>().ok())
        };
        let (Some(product), Some(listing)) = (id("product_id"), id("listing_id")) else {
            return Outcome::Failed("the payload names no product and listing".to_owned());
        };
        let times = (entry.created_at, now);
        let told = self.db.write(move |conn| {
            notices::tell_about_capacity(conn, product.into(), listing.into(), times)
        });
        match told.await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }

    async fn send(&self, entry: &Entry) -> Outcome {
        let message = match self.message(entry) {
            Ok(message) => message,
            Err(error) => return Outcome::Failed(format!("{error:#}")),
        };
        match self.mailer.send(&message).await {
            Ok(()) => Outcome::Done,
            Err(SendError::Transient { reason }) => Outcome::Retry(reason),
            Err(SendError::Permanent { reason }) => Outcome::Failed(reason),
        }
    }

    /// An outbox payload as a message: `{to, language, notice}`, links completed.
    fn message(&self, entry: &Entry) -> anyhow::Result<Message> {
        let payload = entry.payload();
        let text = |name: &str| {
            payload
                .get(name)
                .and_then(Value::as_str)
                .with_context(|| format!("the payload has no `{name}`"))
        };
        let mut notice = payload
            .get("notice")
            .cloned()
            .context("the payload has no `notice`")?;
        for link in ["url", "accept_url"] {
            if let Some(Value::String(path)) = notice.get_mut(link)
                && path.starts_with('/')
            {
                path.insert_str(0, &self.public_url);
            }
        }
        Ok(Message {
            id: entry.id.uuid(),
            to: EmailAddress::parse(text("to")?)?,
            language: text("language")?.parse::<Language>()?,
            notice: Notice::from_payload(notice)?,
            written_at: entry.created_at.utc(),
        })
    }
}
