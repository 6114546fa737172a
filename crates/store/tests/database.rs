//! The promises of `Db`, on SQLite always and on PostgreSQL when `TEST_DATABASE_URL` names a server.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]
use diesel::prelude::*;
use serde_json::json;
use std::collections::HashSet;
use store::db::DbError;
use store::error::Code;
use store::ids::OrganisationId;
use store::operations::idempotency::{self, Claim, Kept};
use store::operations::outbox::{self, Kind, Outcome};
use store::operations::{counters, ping};
use store::sql::Time;
use store::{Db, Error};
use uuid::Uuid;

/// A database of a test's own, gone when dropped.
struct TestDb {
    db: Db,
    _folder: Option<tempfile::TempDir>,
    schema: Option<(String, String)>,
}

impl TestDb {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        Self {
            db: Db::open(&format!("sqlite://{}", path.display())).unwrap(),
            _folder: Some(folder),
            schema: None,
        }
    }

    fn postgres() -> Option<Self> {
        let Ok(base) = std::env::var("TEST_DATABASE_URL") else {
            eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL names no server");
            return None;
        };
        let schema = format!("test_{}", Uuid::now_v7().simple());
        run(&base, &format!("CREATE SCHEMA {schema}"));
        let joint = if base.contains('?') { '&' } else { '?' };
        let url = format!("{base}{joint}options=-csearch_path%3D{schema}");
        Some(Self {
            db: Db::open(&url).unwrap(),
            _folder: None,
            schema: Some((base, schema)),
        })
    }

    fn each() -> impl Iterator<Item = Self> {
        [Some(Self::sqlite()), Self::postgres()]
            .into_iter()
            .flatten()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((base, schema)) = &self.schema {
            run(base, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

fn run(url: &str, statement: &str) {
    let mut conn = store::db::connect(url).unwrap();
    diesel::sql_query(statement).execute(&mut conn).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gaps_and_no_twins() {
    for test in TestDb::each() {
        let owner = OrganisationId::fresh();
        let asks: Vec<_> = (0..100)
            .map(|ask| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    db.write(move |conn| {
                        let number = counters::next(conn, owner, "order", 2026)?;
                        // Every fourth fails after it took its number, and gives it back.
                        if ask % 4 == 0 {
                            return Err(store::Refusal::not_found().into());
                        }
                        Ok(number)
                    })
                    .await
                })
            })
            .collect();
        let mut numbers = HashSet::new();
        for ask in asks {
            match ask.await.unwrap() {
                Ok(number) => assert!(numbers.insert(number), "{number} was given twice"),
                Err(Error::Refused(refusal)) => assert_eq!(refusal.code, Code::NotFound),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(numbers, (1..=75).collect());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_that_panics_takes_nobody_with_it_but_its_group() {
    for test in TestDb::each() {
        let owner = OrganisationId::fresh();
        let lost = test
            .db
            .write(move |conn| {
                counters::next(conn, owner, "order", 2026)?;
                if owner.uuid().is_nil() {
                    return Ok(());
                }
                panic!("a bug");
            })
            .await;
        assert!(matches!(lost, Err(Error::Db(DbError::Lost))), "{lost:?}");
        let number = test
            .db
            .write(move |conn| counters::next(conn, owner, "order", 2026))
            .await
            .unwrap();
        assert_eq!(number, 1);
    }
}

#[tokio::test]
async fn a_read_cannot_write() {
    for test in TestDb::each() {
        let owner = OrganisationId::fresh();
        let refused = test
            .db
            .read(move |conn| counters::next(conn, owner, "order", 2026))
            .await;
        assert!(
            matches!(refused, Err(Error::Db(DbError::Query(_)))),
            "{refused:?}"
        );
        test.db.read(ping).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_entry_of_the_outbox_has_one_worker_and_a_lost_lease_is_worked_again() {
    for test in TestDb::each() {
        let now = Time::now();
        test.db
            .write(move |conn| {
                for number in 0..50 {
                    outbox::add(conn, Kind::Mail, None, json!({"number": number}), now)?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    loop {
                        let entries = db
                            .write(move |conn| outbox::claim(conn, now, 3))
                            .await
                            .unwrap();
                        if entries.is_empty() {
                            return mine;
                        }
                        mine.extend(entries);
                    }
                })
            })
            .collect();
        let mut claimed = Vec::new();
        for worker in workers {
            claimed.extend(worker.await.unwrap());
        }
        let ids: HashSet<Uuid> = claimed.iter().map(|entry| entry.id.uuid()).collect();
        assert_eq!((claimed.len(), ids.len()), (50, 50));
        // A worker that died: its lease runs out, another takes over, and the first comes too late.
        let later = now.plus(outbox::LEASE).plus(chrono::TimeDelta::seconds(1));
        let again = test
            .db
            .write(move |conn| outbox::claim(conn, later, 50))
            .await
            .unwrap();
        assert_eq!(again.len(), 50);
        let (late, present) = (claimed.remove(0), again);
        let taken = test
            .db
            .write(move |conn| outbox::finish(conn, &late, &Outcome::Done, later))
            .await
            .unwrap();
        assert!(!taken, "a lost lease must not finish the entry");
        let first = present.into_iter().next().unwrap();
        let delivered = first.id;
        let done = test
            .db
            .write(move |conn| outbox::finish(conn, &first, &Outcome::Done, later))
            .await
            .unwrap();
        assert!(done);
        // What was delivered keeps no payload: an invitation's holds its token.
        let kept: store::sql::Json = test
            .db
            .read(move |conn| {
                use store::schema::outbox::dsl;
                let row = dsl::outbox.find(delivered).select(dsl::payload);
                Ok(row.first(conn)?)
            })
            .await
            .unwrap();
        assert_eq!(kept.0, json!({}));
    }
}

fn claim_of(key: &str, hash: &str, scope: Uuid) -> Claim {
    Claim {
        scope,
        key: key.to_owned(),
        request_hash: hash.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_with_one_key_act_once() {
    for test in TestDb::each() {
        let (owner, scope, now) = (OrganisationId::fresh(), Uuid::now_v7(), Time::now());
        let twins: Vec<_> = (0..50)
            .map(|_| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    db.write(move |conn| {
                        let claim = claim_of("one", "same", scope);
                        if let Some(kept) = idempotency::claim(conn, &claim, now)? {
                            return Ok(kept.body);
                        }
                        let number = counters::next(conn, owner, "order", 2026)?;
                        let answer = Kept {
                            status: 201,
                            location: None,
                            etag: None,
                            body: number.to_string(),
                        };
                        idempotency::keep(conn, &claim, &answer)?;
                        Ok(answer.body)
                    })
                    .await
                })
            })
            .collect();
        for twin in twins {
            assert_eq!(twin.await.unwrap().unwrap(), "1");
        }
        let other = test
            .db
            .write(move |conn| idempotency::claim(conn, &claim_of("one", "other", scope), now))
            .await;
        assert!(
            matches!(&other, Err(Error::Refused(refusal)) if refusal.code == Code::IdempotencyKeyReused),
            "{other:?}"
        );
    }
}

#[tokio::test]
async fn an_outdated_key_makes_room() {
    for test in TestDb::each() {
        let (scope, now) = (Uuid::now_v7(), Time::now());
        let later = now
            .plus(idempotency::KEPT_FOR)
            .plus(chrono::TimeDelta::seconds(1));
        let forgotten = test
            .db
            .write(move |conn| {
                assert_eq!(
                    idempotency::claim(conn, &claim_of("one", "a", scope), now)?,
                    None
                );
                idempotency::forget_old(conn, later)
            })
            .await
            .unwrap();
        assert_eq!(forgotten, 1);
        let fresh = test
            .db
            .write(move |conn| idempotency::claim(conn, &claim_of("one", "b", scope), later))
            .await
            .unwrap();
        assert_eq!(fresh, None);
    }
}
