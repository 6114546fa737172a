//! The worker: carries out what the outbox holds and lets deadlines pass. Any replica may run it, and
//! any number of them: an entry is leased, and what was done twice is the same message.
use crate::webhooks::WebhookSender;
use anyhow::Context;
use api::exports::{self as packages, Unpacked};
use api::files::Files;
use api::tables::Reader;
use api::tables::sheet::Media;
use mail::{EmailAddress, Language, Mailer, Message, Notice, SendError};
use serde_json::Value;
use std::time::Duration;
use store::agreements;
use store::complaints;
use store::error::{Code, Refusal, corrupt};
use store::exports;
use store::fulfilment::artworks::StoredFile;
use store::fulfilment::deadlines;
use store::imports;
use store::needs::notices;
use store::operations::idempotency;
use store::operations::jobs::{self, Job, JobKind};
use store::operations::outbox::{self, Entry, Kind, Outcome};
use store::operations::seals;
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
pub(crate) const ROUNDS_PER_PASS: u32 = 500;
/// Rows of a table that are read between two counts of the progress.
const ROWS_PER_STEP: usize = 1_000;
/// How long the worker sleeps when there is nothing to do.
pub(crate) const IDLE: Duration = Duration::from_secs(2);

/// What a worker needs.
pub struct Worker {
    /// The database.
    pub db: Db,
    /// Who delivers messages.
    pub mailer: Mailer,
    /// Completes the links in messages.
    pub public_url: String,
    /// Where files lie outside the database.
    pub files: Files,
    /// Who sends webhooks.
    pub webhooks: WebhookSender,
}

impl Worker {
    /// One pass at time `now`: deadlines first, then all that is due, then the news of it. Returns how many entries
    /// were carried out.
    ///
    /// # Errors
    /// Those of the database; an entry that fails is written down and tried again later.
    pub async fn pass(&self, now: Time) -> anyhow::Result<usize> {
        let done = self.work(now).await?;
        self.tell(now).await?;
        Ok(done)
    }

    async fn work(&self, now: Time) -> anyhow::Result<usize> {
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
        self.forget_exports(now).await?;
        self.seal(now).await?;
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
        let done = match job.kind {
            JobKind::PlanRound => self.plan_round(&job, now).await,
            JobKind::Import => self.import(&job, now).await,
            JobKind::Export => self.export(&job, now).await,
        };
        let refusal = match done {
            Ok(()) => return Ok(()),
            Err(Error::Refused(refusal)) if refusal.code == Code::Busy => {
                tracing::warn!(job = %job.id, reason = %refusal.detail, "left to another worker");
                return Ok(());
            }
            Err(Error::Refused(refusal)) => refusal,
            Err(error) if job.attempts >= jobs::ATTEMPTS_MAX => {
                tracing::error!(job = %job.id, %error, "given up");
                let detail = "Something went wrong on the server; the log has more.";
                Refusal::new(Code::Internal, detail)
            }
            Err(error) => {
                tracing::warn!(job = %job.id, %error, "will be tried again");
                return Ok(());
            }
        };
        self.db
            .write(move |conn| match job.kind {
                JobKind::PlanRound => plan::fail(conn, &job, &refusal.detail, now),
                JobKind::Import => imports::fail(conn, &job, &refusal, now),
                JobKind::Export => exports::fail(conn, &job, &refusal, now),
            })
            .await?;
        Ok(())
    }

    /// Reads the table of an import, counting its rows, then writes all of it with the end of the job.
    async fn import(&self, job: &Job, now: Time) -> Result<(), Error> {
        let asked = job.clone();
        let pending = self
            .db
            .read(move |conn| imports::open(conn, &asked))
            .await?;
        let media = Media::parse(&pending.media).ok_or_else(|| corrupt("imports.media"))?;
        let mut reader =
            off_thread(move || Reader::open(pending.table, media, &pending.content)).await??;
        loop {
            let (read, rest) = off_thread(move || {
                let read = reader.read_some(ROWS_PER_STEP);
                (read, reader)
            })
            .await?;
            reader = rest;
            if read == 0 {
                break;
            }
            let job = job.clone();
            self.db
                .write(move |conn| imports::advance(conn, &job, read, now))
                .await?;
        }
        let rows = reader.finish()?;
        let job = job.clone();
        self.db
            .write(move |conn| imports::carry_out(conn, &job, &rows, now))
            .await
    }

    /// Writes the package of an export among the files, then says where it is.
    async fn export(&self, job: &Job, now: Time) -> Result<(), Error> {
        let (asked, files) = (job.clone(), self.files.clone());
        let written = self
            .db
            .snapshot(move |conn| {
                let whose = (asked.subject.into(), asked.organisation);
                packages::write(conn, &files, whose, now)
            })
            .await?;
        let file = written.map_err(|error| match error {
            Unpacked::Rows(error) => error,
            other => {
                tracing::error!(job = %job.id, error = %other, "a package could not be written");
                let detail = "The package could not be written; the server's log says why.";
                Refusal::new(Code::Internal, detail).into()
            }
        })?;
        let (job, kept) = (job.clone(), file.clone());
        let ended = self
            .db
            .write(move |conn| exports::finish(conn, &job, &kept, now))
            .await;
        if ended.is_err() {
            // Nobody knows of this package; another worker writes one of its own.
            self.discard(&file);
        }
        ended
    }

    /// Seals what has settled of the audit log. Where another worker is faster, it is sealed.
    async fn seal(&self, now: Time) -> anyhow::Result<()> {
        for _ in 0..ROUNDS_PER_PASS {
            match self.db.write(move |conn| seals::seal(conn, now)).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(Error::Refused(refusal)) if refusal.code == Code::Busy => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Deletes the packages that have had their time. Each is deleted before it is put on record: a worker that
    /// dies between the two leaves a record to try again, not a file that nobody knows.
    async fn forget_exports(&self, now: Time) -> anyhow::Result<()> {
        for export in self.db.read(move |conn| exports::due(conn, now)).await? {
            let gone = export.file.as_ref().is_none_or(|file| self.discard(file));
            if gone {
                self.db
                    .write(move |conn| exports::forget(conn, export.id))
                    .await?;
            }
        }
        Ok(())
    }

    /// Whether the file is gone.
    fn discard(&self, file: &StoredFile) -> bool {
        let deleted = self.files.delete(file);
        if let Err(error) = &deleted {
            tracing::error!(%error, sha256 = file.sha256, "a package could not be deleted");
        }
        deleted.is_ok()
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
    pub async fn run(&self, stop: tokio::sync::watch::Receiver<bool>) {
        tokio::join!(self.keep_working(stop.clone()), self.keep_telling(stop));
    }

    async fn keep_working(&self, mut stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.work(Time::now()).await {
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

/// Computes away from the thread that serves requests.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| corrupt("a computation that broke off"))
}
