//! A large book through the server: the journal of one organisation as a file, and pages of its change feed, at
//! 1,000,000 entries and as many changes. On SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server. The
//! server is a process of its own, so that its memory is nobody else's.
//!
//!   cargo bench -p minga --bench books
//!
//! BENCH_ENTRIES  entries and changes (default 1000000)
//! BENCH_READS    pages of the feed (default 4000)
//! BENCH_CLIENTS  how many ask at once (default 8)
//! BENCH_FOLDER   where the SQLite database lies (default: the temporary folder)
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a benchmark that cannot go on has to stop, and its figures are measurements"
)]

#[expect(dead_code, reason = "another benchmark uses more of it")]
mod measure;
#[expect(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../tests/http/support/mod.rs"]
mod support;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use measure::{Measured, setting};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::Conn;
use store::schema::{events, journal_entries};
use support::world::PASSWORD;
use support::{Client, World};

const MIB: f64 = 1_048_576.0;

fn main() {
    run(
        &World::sqlite_in(std::env::var_os("BENCH_FOLDER").as_deref()),
        "SQLite",
    );
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => run(&World::postgres(&url), "PostgreSQL"),
        Err(_) => println!("no PostgreSQL: TEST_DATABASE_URL names no server"),
    }
}

fn run(world: &World, database: &str) {
    let email = begin(world);
    let begun = Instant::now();
    let entries = fill(world);
    println!(
        "{database}: filled in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let server = Server::of(world);
    let reader = Client::new(&server.base).log_in(&email, PASSWORD);
    println!(
        "at rest the server holds {:.0} MiB",
        server.most_memory() / MIB
    );
    for format in ["hledger", "beancount", "csv", "gnucash"] {
        export(&server, &reader, format, entries);
    }
    feed(&reader);
}

/// A delivery that is billed and paid in part. Returns the e-mail address of the payer's accountant.
fn begin(world: &World) -> String {
    let trade = world.trade();
    let delivery = trade.accepted("100");
    let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
    delivery.pay_advance(&advance, "TRF-1").expect(201);
    delivery.deliver("60");
    let invoice = delivery.bill();
    delivery
        .pay(&delivery.treasurer, &invoice, "100.00", "TRF-2")
        .expect(201);
    world.work();
    delivery.accountant.email().to_owned()
}

/// Copies the entries and the changes of the payer until there are enough of both. Returns how many entries there are.
fn fill(world: &World) -> i64 {
    let mut conn = world.conn();
    let payer: store::ids::OrganisationId = journal_entries::table
        .filter(journal_entries::kind.eq("invoice"))
        .order(journal_entries::number.desc())
        .select(journal_entries::counterparty_id)
        .first(&mut conn)
        .unwrap();
    let wanted = i64::try_from(setting("BENCH_ENTRIES", 1_000_000)).unwrap();
    let of_payer = journal_entries::table.filter(journal_entries::organisation_id.eq(payer));
    let entries: i64 = of_payer.count().get_result(&mut conn).unwrap();
    let mine = events::table.filter(events::organisation_id.eq(payer));
    let changes: i64 = mine.count().get_result(&mut conn).unwrap();
    let payer = payer.uuid().simple();
    let (whose, new, numbers, earlier, unchecked) = match conn {
        Conn::Sqlite(_) => (
            format!("x'{payer}'"),
            "unhex(substr(hex(t.ID), 1, 24) || printf('%08x', k.k))",
            "WITH RECURSIVE k(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM k WHERE k < COPIES)",
            "t.published_at - k.k * 1000",
            "PRAGMA foreign_keys = OFF",
        ),
        Conn::Postgres(_) => (
            format!("'{payer}'::uuid"),
            "overlay(t.ID::text placing lpad(to_hex(k.k), 8, '0') from 29 for 8)::uuid",
            "WITH k(k) AS (SELECT generate_series(1, COPIES))",
            "t.published_at - k.k * interval '1 millisecond'",
            "SET session_replication_role = replica; SET synchronous_commit = off",
        ),
    };
    let id = |name: &str| new.replace("ID", name);
    let numbers = |there: i64| numbers.replace("COPIES", &(wanted / there - 1).to_string());
    let (by_entries, by_changes) = (numbers(entries), numbers(changes));
    let (entry, source, of_entry) = (id("id"), id("source_id"), id("entry_id"));
    let copy = format!(
        "{unchecked};
         CREATE TEMP TABLE originals AS SELECT * FROM journal_entries WHERE organisation_id = {whose};
         {by_entries} INSERT INTO journal_postings (entry_id, position, previous, of_postings, currency, account,
             amount_minor, before_minor, after_minor)
           SELECT {of_entry}, position, previous, of_postings, currency, account, amount_minor, before_minor, after_minor
           FROM k CROSS JOIN (SELECT p.* FROM journal_postings p JOIN originals o ON o.id = p.entry_id) t;
         {by_entries} INSERT INTO journal_entries (id, organisation_id, period, number, booked_on, document_date, kind,
             document, source_id, purchase_order_id, counterparty_id, counterparty, currency, postings, closing_minor,
             created_at)
           SELECT {entry}, organisation_id, period, number + k.k * {entries}, booked_on, document_date, kind, document,
             {source}, purchase_order_id, counterparty_id, counterparty, currency, postings, closing_minor, created_at
           FROM k CROSS JOIN originals t;
         UPDATE book_periods SET entries = entries * {} WHERE organisation_id = {whose};
         CREATE TEMP TABLE told AS SELECT * FROM events WHERE organisation_id = {whose};
         {by_changes} INSERT INTO events (id, organisation_id, at, event_type, object_kind, object_id, reference,
             published_at)
           SELECT {entry}, organisation_id, at, event_type, object_kind, object_id, reference, {earlier}
           FROM k CROSS JOIN told t;
         ANALYZE",
        wanted / entries
    );
    conn.batch_execute(&copy).unwrap();
    let rows: i64 = of_payer.count().get_result(&mut conn).unwrap();
    println!(
        "{rows} entries, {} changes",
        mine.count().get_result::<i64>(&mut conn).unwrap()
    );
    rows
}

/// `minga serve` on the world's database.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn of(world: &World) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_minga"))
            .args(["serve", "--no-worker", "--listen", "127.0.0.1:0"])
            .args(["--database-url", world.url()])
            .args(["--requests-per-second", "1000000"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = said
            .next()
            .expect("the server says where it listens")
            .unwrap();
        let base = line.split_whitespace().last().unwrap().to_owned();
        assert!(base.starts_with("http://"), "{line}");
        Self { process, base }
    }

    /// The most memory that the server has had since [`Self::forget`], in bytes.
    fn most_memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kib: f64 = line
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        kib * 1024.0
    }

    /// Lets the kernel count the most memory anew.
    fn forget(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Takes the whole journal, and keeps none of it.
fn export(server: &Server, reader: &Client, format: &str, entries: i64) {
    server.forget();
    let begun = Instant::now();
    let (mut first, mut bytes) = (None, 0);
    let (status, _) = reader.stream(&format!("/api/v1/journal?format={format}"), &[], |part| {
        first.get_or_insert_with(|| begun.elapsed());
        bytes += part.len();
    });
    assert_eq!(status, 200, "{format}");
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{format:<10} {:>6.0} MiB in {took:>6.1} s (first byte after {:.1} s): {:>7.0} entries/s, {:>5.1} MiB/s; \
         the server held at most {:.0} MiB",
        bytes as f64 / MIB,
        first.unwrap().as_secs_f64(),
        entries as f64 / took,
        bytes as f64 / MIB / took,
        server.most_memory() / MIB,
    );
}

/// Clients that read the feed at once, each from places of its own.
fn feed(reader: &Client) {
    let clients = setting("BENCH_CLIENTS", 8);
    let each = setting("BENCH_READS", 4_000).div_ceil(clients);
    for (what, limit) in [("page of 100 changes", 100), ("page of 10 changes", 10)] {
        let begun = Instant::now();
        let took: Vec<Duration> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients)
                .map(|at| scope.spawn(move || pages(reader, limit, each, at)))
                .collect();
            let each = threads.into_iter().map(|thread| thread.join().unwrap());
            each.flatten().collect()
        });
        Measured::heading("pages");
        Measured::of(took, begun.elapsed()).print(what);
    }
}

/// Pages one after another, from the beginning of the feed on; every client skips some more at first.
fn pages(reader: &Client, limit: usize, count: usize, skipped: usize) -> Vec<Duration> {
    let mut after = String::new();
    let mut took = Vec::with_capacity(count);
    for at in 0..count + skipped * 10 {
        let begun = Instant::now();
        let page = reader.get(&format!("/api/v1/changes?limit={limit}{after}"));
        let page = page.expect(200);
        if at >= skipped * 10 {
            took.push(begun.elapsed());
        }
        assert_eq!(page.body["items"].as_array().unwrap().len(), limit);
        after = format!("&after={}", page.body["next"].as_str().unwrap());
    }
    took
}
