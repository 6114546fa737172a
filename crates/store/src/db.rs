//! Which database, how to open it, and the two ways in: [`Db::read`] and [`Db::write`].
pub use crate::conn::{AnyBackend, Conn};
use crate::error::Error;
use crate::on_each;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// At most this many writes share one commit: bounds the latency of the first of them.
const GROUP_MAX: usize = 64;
/// At most this many writes wait: beyond it callers are told to come back.
const QUEUE_MAX: usize = 1024;
/// Reading connections: enough to keep a small machine's cores busy.
const READERS: u32 = 4;
/// PostgreSQL's writing connections per replica.
const WRITERS: u32 = 8;
/// How long a request waits for a connection before it is told to come back.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// How often a write that lost to another is run again before the caller is told to come back.
const ATTEMPTS_MAX: u32 = 8;

type Transactions = <Conn as Connection>::TransactionManager;

/// What the database itself can answer with.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The queue of writes is full, or another writer won too often.
    #[error("the database is busy, try again")]
    Busy,
    /// The worker of a write is gone.
    #[error("the write was lost: its worker stopped")]
    Lost,
    /// No connection within [`CONNECTION_WAIT`].
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// The schema could not be brought up to date.
    #[error("cannot migrate: {0}")]
    Migrate(String),
    /// A stored value is not one that this program writes.
    #[error("the database holds a value that it cannot hold: {0}")]
    Corrupt(String),
    /// Anything else diesel reports.
    #[error(transparent)]
    Query(#[from] DieselError),
}

/// A database, open.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Manager>,
    writes: Writes,
}

#[derive(Clone)]
enum Writes {
    /// PostgreSQL: each write is its own transaction on a pooled connection.
    Pooled(Pool<Manager>),
    /// SQLite: one thread owns the only writing connection and commits in groups.
    Grouped(mpsc::SyncSender<Job>),
}

type Job = Box<dyn FnOnce(&mut Conn) -> Reply + Send>;
type Reply = Box<dyn FnOnce(QueryResult<()>) + Send>;

impl Db {
    /// Opens and migrates the database at `url`: `postgres://...`, or `sqlite://PATH`.
    ///
    /// # Errors
    /// [`DbError::Connect`] or [`DbError::Migrate`], each with the database's words.
    pub fn open(url: &str) -> Result<Self, DbError> {
        let mut first = connect(url)?;
        migrate(&mut first)?;
        let write = Manager::new(url, false);
        let writes = match first {
            Conn::Postgres(_) => Writes::Pooled(pool(write, WRITERS)?),
            Conn::Sqlite(_) => Writes::Grouped(spawn_writer(first)?),
        };
        Ok(Self {
            readers: pool(Manager::new(url, true), READERS)?,
            writes,
        })
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        matches!(self.writes, Writes::Grouped(_))
    }

    /// Runs `work` on a connection that cannot write.
    ///
    /// # Errors
    /// What `work` answers, or [`DbError`] where no connection is free.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let pool = self.readers.clone();
        blocking(move || work(&mut *checkout(&pool)?)).await
    }

    /// Runs `work` on a connection that cannot write, and on which all that is read is of one moment.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn snapshot<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let pool = self.readers.clone();
        blocking(move || {
            let mut pooled = checkout(&pool)?;
            let conn: &mut Conn = &mut pooled;
            conn.transaction(|conn| {
                // SQLite's transactions are so by themselves.
                if let Conn::Postgres(conn) = conn {
                    conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
                }
                Ok(work(conn))
            })
        })
        .await
    }

    /// Runs `work` in a transaction, and returns once that is committed. An `Err` rolls it back.
    /// `work` can run several times (another writer may win), so it has no effect but on the
    /// database.
    ///
    /// # Errors
    /// What `work` answers, or [`DbError`] where the queue is full or the database away.
    pub async fn write<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match &self.writes {
            Writes::Pooled(pool) => {
                let pool = pool.clone();
                blocking(move || with_retries(&pool, &mut work)).await
            }
            Writes::Grouped(queue) => {
                let (answer, answered) = oneshot::channel();
                let job: Job = Box::new(move |conn| {
                    let result = conn.transaction(&mut work);
                    Box::new(move |committed| {
                        let result =
                            result.and_then(|v| committed.map(|()| v).map_err(Error::from));
                        // The caller may have gone; the write stands all the same.
                        drop(answer.send(result));
                    })
                });
                queue.try_send(job).map_err(|_| DbError::Busy)?;
                answered.await.map_err(|_| DbError::Lost)?
            }
        }
    }
}

fn pool(manager: Manager, size: u32) -> Result<Pool<Manager>, DbError> {
    Pool::builder()
        .max_size(size)
        .connection_timeout(CONNECTION_WAIT)
        .build(manager)
        .map_err(|error| DbError::Connect(error.to_string()))
}

fn checkout(pool: &Pool<Manager>) -> Result<diesel::r2d2::PooledConnection<Manager>, DbError> {
    pool.get()
        .map_err(|error| DbError::Connect(error.to_string()))
}

/// PostgreSQL: a transaction that lost to another (serialization failure, deadlock) starts anew.
fn with_retries<T>(
    pool: &Pool<Manager>,
    work: &mut impl FnMut(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    let conn: &mut Conn = &mut *checkout(pool)?;
    for attempt in 0..ATTEMPTS_MAX {
        match conn.transaction(&mut *work) {
            Err(Error::Db(DbError::Query(error))) if lost_to_another(&error) => {
                std::thread::sleep(Duration::from_millis(2_u64 << attempt));
            }
            Err(Error::Db(DbError::Query(error))) if waited_too_long(&error) => {
                return Err(DbError::Busy.into());
            }
            other => return other,
        }
    }
    Err(DbError::Busy.into())
}

fn lost_to_another(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        // diesel has no kind for 40P01; PostgreSQL's English word for it is fixed by lc_messages.
        DieselError::DatabaseError(_, info) => info.message().contains("deadlock detected"),
        _ => false,
    }
}

/// Another writer kept a row for longer than `lock_timeout`.
fn waited_too_long(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, info) if info.message().contains("lock timeout"))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(DbError::Lost.into()))
}

/// Group commit: whatever is waiting shares one `BEGIN IMMEDIATE .. COMMIT` (one fsync), each write in
/// its own savepoint so that one failure does not touch the others, and nobody is answered before
/// the commit.
fn spawn_writer(mut conn: Conn) -> Result<mpsc::SyncSender<Job>, DbError> {
    let (queue, jobs) = mpsc::sync_channel::<Job>(QUEUE_MAX);
    std::thread::Builder::new()
        .name("sqlite-writer".into())
        .spawn(move || {
            let mut replies = Vec::with_capacity(GROUP_MAX);
            while let Ok(job) = jobs.recv() {
                let rest = std::iter::from_fn(|| jobs.try_recv().ok()).take(GROUP_MAX - 1);
                let committed =
                    run_group(&mut conn, std::iter::once(job).chain(rest), &mut replies);
                if let Err(error) = &committed {
                    tracing::error!(%error, "a group of writes did not commit");
                    if let Err(error) = roll_back_all(&mut conn) {
                        tracing::error!(%error, "a failed group could not be rolled back");
                    }
                }
                for reply in replies.drain(..) {
                    reply(match &committed {
                        Ok(()) => Ok(()),
                        Err(_) => Err(DieselError::RollbackTransaction),
                    });
                }
            }
        })
        .map_err(|error| DbError::Connect(error.to_string()))?;
    Ok(queue)
}

fn run_group(
    conn: &mut Conn,
    jobs: impl Iterator<Item = Job>,
    replies: &mut Vec<Reply>,
) -> QueryResult<()> {
    begin_immediate(conn)?;
    for job in jobs {
        if let Ok(reply) = catch_unwind(AssertUnwindSafe(|| job(conn))) {
            replies.push(reply);
        } else {
            // A bug in one write: give up the whole group, its callers learn `Lost`.
            replies.clear();
            return Err(DieselError::RollbackTransaction);
        }
    }
    Transactions::commit_transaction(conn)
}

/// A panic leaves diesel's savepoint open inside the group's transaction: both have to go.
fn roll_back_all(conn: &mut Conn) -> QueryResult<()> {
    while let Ok(Some(_)) = Transactions::transaction_manager_status_mut(conn).transaction_depth() {
        Transactions::rollback_transaction(conn)?;
    }
    Ok(())
}

/// diesel's own `transaction` starts SQLite with a deferred BEGIN, which cannot wait for the write lock later.
fn begin_immediate(conn: &mut Conn) -> QueryResult<()> {
    on_each!(conn => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"))
}

/// One connection of its own, outside the pools, without migrating: for tools and tests.
///
/// # Errors
/// [`DbError::Connect`] with the database's words.
pub fn connect(url: &str) -> Result<Conn, DbError> {
    Manager::new(url, false)
        .connect()
        .map_err(|error| DbError::Connect(error.to_string()))
}

/// Brings the schema up to date; returns the names of the migrations that ran.
///
/// # Errors
/// [`DbError::Migrate`] with the database's words.
pub fn migrate(conn: &mut Conn) -> Result<Vec<String>, DbError> {
    let names = |versions: Vec<diesel::migration::MigrationVersion<'_>>| {
        versions.iter().map(ToString::to_string).collect()
    };
    match conn {
        Conn::Postgres(c) => c.run_pending_migrations(POSTGRES_MIGRATIONS).map(names),
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE_MIGRATIONS).map(names),
    }
    .map_err(|error| DbError::Migrate(error.to_string()))
}

/// Undoes every migration, last first: only tests and `down.sql` itself need it.
///
/// # Errors
/// [`DbError::Migrate`] with the database's words.
pub fn revert_all(conn: &mut Conn) -> Result<(), DbError> {
    match conn {
        Conn::Postgres(c) => c.revert_all_migrations(POSTGRES_MIGRATIONS).map(drop),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE_MIGRATIONS).map(drop),
    }
    .map_err(|error| DbError::Migrate(error.to_string()))
}

struct Manager {
    url: String,
    read_only: bool,
}

impl Manager {
    fn new(url: &str, read_only: bool) -> Self {
        Self {
            url: url.to_owned(),
            read_only,
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            let mut conn = PgConnection::establish(&self.url).map_err(ConnectionError)?;
            // Error messages are read in one place (`lost_to_another`), so their language is fixed.
            let read_only = if self.read_only {
                "SET default_transaction_read_only = on"
            } else {
                "SET lock_timeout = '5s'"
            };
            conn.batch_execute(&format!(
                "SET lc_messages = 'C'; SET TIME ZONE 'UTC'; {read_only}"
            ))
            .or_else(|_| conn.batch_execute(&format!("SET TIME ZONE 'UTC'; {read_only}")))
            .map_err(QueryError)?;
            return Ok(Conn::Postgres(conn));
        }
        let path = self.url.strip_prefix("sqlite://").unwrap_or(&self.url);
        let mut conn = SqliteConnection::establish(path).map_err(ConnectionError)?;
        conn.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;",
        )
        .map_err(QueryError)?;
        if self.read_only {
            conn.batch_execute("PRAGMA query_only = ON")
                .map_err(QueryError)?;
        }
        Ok(Conn::Sqlite(conn))
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}
