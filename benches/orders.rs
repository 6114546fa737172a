//! `POST /orders` under load on embedded SQLite with full sync: orders a second and latencies, beside
//! what the storage itself does with the same statements, without HTTP, in the same run.
//!
//!   cargo bench -p minga --bench orders
//!
//! BENCH_ORDERS   orders of each kind (default 2000)
//! BENCH_CLIENTS  how many are on the way at once (default 64)
//! BENCH_FOLDER   where the database lies (default: the temporary folder)
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "a benchmark that cannot go on has to stop, and its figures are measurements"
)]

#[expect(dead_code, reason = "the other benchmark uses more of it")]
mod measure;
#[expect(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../tests/http/support/mod.rs"]
mod support;

use measure::{Measured, setting};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Db;
use store::ids::{ProposalId, SessionId};
use store::operations::idempotency::{self, Claim, Kept};
use store::orders::{self, payers::Payers};
use store::schema::sessions;
use store::sql::Time;
use support::orders::Trade;
use support::{Client, World};
use uuid::Uuid;

/// Both kinds take turns, so that a growing database slows neither more than the other.
const ROUNDS: usize = 4;

fn main() {
    let orders = setting("BENCH_ORDERS", 2_000);
    let clients = setting("BENCH_CLIENTS", 64);
    let world = World::sqlite_in(std::env::var_os("BENCH_FOLDER").as_deref());
    let trade = world.trade_with("100000000");
    let session = session_of(&world, &trade.market.buyer);
    println!("{} proposals to order by", 2 * orders);
    let proposals = propose(&trade, 2 * orders);
    let mut storage = Measured::default();
    let mut http = Measured::default();
    let share = orders.div_ceil(ROUNDS).max(1);
    for (turn, batch) in proposals.chunks(share).enumerate() {
        if turn % 2 == 0 {
            storage.add(|| by_statements(&world, session, batch, clients));
        } else {
            http.add(|| by_http(&trade.market.buyer, batch, clients));
        }
    }
    println!("{clients} at once, one line an order");
    Measured::heading("orders");
    storage.print("the statements alone");
    http.print("POST /orders");
    println!("ratio {:.2}", http.rate() / storage.rate());
}

/// The session of a person who logged in.
fn session_of(world: &World, person: &Client) -> SessionId {
    use diesel::prelude::*;
    let me = person.get("/api/v1/me").expect(200);
    let id: Uuid = me.body["person_id"].as_str().unwrap().parse().unwrap();
    sessions::table
        .filter(sessions::person_id.eq(store::ids::PersonId::from(id)))
        .select(sessions::id)
        .first(&mut world.conn())
        .unwrap()
}

fn propose(trade: &Trade<'_>, count: usize) -> Vec<Uuid> {
    let propose = |_| trade.propose(&trade.need("10")).parse().unwrap();
    (0..count).map(propose).collect()
}

/// The transaction of `POST /orders`, as the server runs it, without the server.
fn by_statements(
    world: &World,
    session: SessionId,
    proposals: &[Uuid],
    clients: usize,
) -> Vec<Duration> {
    let db = world.db().clone();
    let proposals: Arc<[Uuid]> = proposals.into();
    let next = Arc::new(AtomicUsize::new(0));
    world.block_on(async move {
        let tasks: Vec<_> = (0..clients)
            .map(|_| {
                let (db, proposals, next) = (db.clone(), proposals.clone(), next.clone());
                tokio::spawn(async move {
                    let mut took = Vec::new();
                    while let Some(&proposal) = proposals.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let begun = Instant::now();
                        place(&db, session, proposal).await;
                        took.push(begun.elapsed());
                    }
                    took
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    })
}

async fn place(db: &Db, session: SessionId, proposal: Uuid) {
    let now = Time::now();
    let placed = db.write(move |conn| {
        let actor = store::identity::sessions::actor(conn, session, now, "benchmark")?;
        let claim = Claim {
            scope: actor.person.uuid(),
            key: proposal.to_string(),
            request_hash: proposal.to_string(),
        };
        assert_eq!(idempotency::claim(conn, &claim, now)?, None);
        let hold_for = api::Settings::default().hold_for;
        let placed = orders::place(
            conn,
            &actor,
            ProposalId::from(proposal),
            &Payers::Single,
            hold_for,
        )?;
        let answer = Kept {
            status: 201,
            location: Some(format!("/api/v1/orders/{}", placed.order.id)),
            etag: Some(format!("\"{}\"", placed.order.version)),
            // About as long as the answer of an order with one line.
            body: "x".repeat(2_500),
        };
        idempotency::keep(conn, &claim, &answer)
    });
    placed.await.unwrap();
}

fn by_http(buyer: &Client, proposals: &[Uuid], clients: usize) -> Vec<Duration> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut took = Vec::new();
                while let Some(proposal) = proposals.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    let body = json!({"proposal_id": proposal});
                    buyer.post("/api/v1/orders", body).expect(201);
                    took.push(begun.elapsed());
                }
                all.lock().unwrap().extend(took);
            });
        }
    });
    all.into_inner().unwrap()
}
