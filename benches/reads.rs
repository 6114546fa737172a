//! What people look at most, over HTTP, in a large database: 500 co-operatives, 5,000 listings, 1,000 branches and
//! 100,000 orders with all that belongs to them. On SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.
//!
//!   cargo bench -p minga --bench reads
//!
//! BENCH_WORLDS   networks with ten co-operatives and 2,000 orders each (default 50)
//! BENCH_READS    requests of each kind (default 2000)
//! BENCH_CLIENTS  how many ask at once (default 8)
//! BENCH_FOLDER   where the SQLite database lies (default: the temporary folder)
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

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use measure::{Measured, setting};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::schema::people;
use support::catalogue::ListingSpec;
use support::filling::Filling;
use support::governance::today;
use support::pools::Pool;
use support::world::PASSWORD;
use support::{Client, World};

/// Listings of the first co-operative, each of a product of its own.
const LISTINGS: usize = 10;
/// Orders that are placed over HTTP before they are copied.
const ORDERS: usize = 20;
/// Copies of each of these orders, of each co-operative with its buyers.
const OF_ORDERS: u32 = 10;
const OF_COOPERATIVES: u32 = 10;

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
    fill(world);
    println!("filled in {:.0} s", begun.elapsed().as_secs_f64());
    let readers = readers(world, &email);
    let each = setting("BENCH_READS", 2_000).div_ceil(readers.len());
    let begun = Instant::now();
    let mut took: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = readers
            .iter()
            .map(|reader| scope.spawn(|| reader.read(each)))
            .collect();
        for thread in threads {
            for (what, duration) in thread.join().unwrap() {
                took.entry(what).or_default().push(duration);
            }
        }
    });
    let in_all = begun.elapsed();
    println!("{database}, {} at once", readers.len());
    Measured::heading("reads");
    for (what, took) in took {
        Measured::of(took, in_all).print(what);
    }
}

/// A co-operative with ten listings and two buyers, their orders, and a pool of both. Returns the e-mail address of
/// somebody who buys.
fn begin(world: &World) -> String {
    let trade = world.trade_with("100000000");
    let market = &trade.market;
    for number in 1..LISTINGS {
        let product = world.product(&market.network.admin, &format!("Glazed tile no. {number}"));
        world.quotes(
            &market.network.admin,
            &product,
            "ARS",
            &["14600", "14850", "15900"],
        );
        world.open_listing(&market.seller, &ListingSpec::of(&product));
    }
    for _ in 0..ORDERS {
        trade.confirmed("10");
    }
    let other = world.pool_buyer(market, "union", "Sindicato Papelero");
    let pool = Pool::open(&other.client, &trade.listing, None);
    pool.enter(&other, "60", "0");
    let part = json!({"quantity": "40", "max_premium_rate": null});
    market
        .buyer
        .post(&format!("{}/members", pool.path), part)
        .expect(201);
    market.buyer.email().to_owned()
}

fn fill(world: &World) {
    let worlds = u32::try_from(setting("BENCH_WORLDS", 50)).unwrap();
    // More orders of the same buyers for the same listings.
    let mut filling = Filling::by_digits(world.conn(), (30, 2));
    let all_but_orders = [
        "organisations",
        "people",
        "memberships",
        "mandates",
        "invitations",
        "sessions",
        "assembly_records",
        "dossiers",
        "rule_sets",
        "benchmarks",
        "products",
        "market_quotes",
        "listings",
        "capacity_periods",
        "pools",
    ];
    let kept = all_but_orders.map(|table| format!("SELECT id FROM {table}"));
    filling.worlds(1..OF_ORDERS, &kept.each_ref().map(String::as_str));
    // More co-operatives and buyers of the same networks and products.
    let mut filling = Filling::by_digits(world.conn(), (28, 2));
    let common = [
        "SELECT id FROM organisations WHERE kind IN ('operator', 'network')",
        "SELECT id FROM benchmarks",
        "SELECT id FROM products",
        "SELECT id FROM market_quotes",
    ];
    filling.worlds(1..OF_COOPERATIVES, &common);
    // More networks with everything of theirs.
    let mut filling = Filling::by_digits(world.conn(), (26, 2));
    if worlds > 1 {
        filling.worlds(
            1..worlds,
            &["SELECT id FROM organisations WHERE kind = 'operator'"],
        );
    }
    // Calendars hold what is reserved of them.
    let reserve = "UPDATE capacity_periods SET
       capacity_micro = capacity_micro + (SELECT coalesce(sum(quantity_micro), 0) FROM reservations
         WHERE period_id = capacity_periods.id) - reserved_micro,
       reserved_micro = (SELECT coalesce(sum(quantity_micro), 0) FROM reservations
         WHERE period_id = capacity_periods.id)";
    world.conn().batch_execute(reserve).unwrap();
    filling.analyse();
    let rows = filling.rows();
    for table in [
        "organisations",
        "listings",
        "orders",
        "order_lines",
        "purchase_orders",
        "proposals",
        "audit_log",
    ] {
        println!("{:>9} {table}", rows[table]);
    }
}

/// Somebody who reads, and what of theirs.
struct Reader {
    client: Client,
    orders: Vec<String>,
    needs: Vec<String>,
    listings: Vec<String>,
    products: Vec<String>,
    pools: Vec<String>,
}

/// Buyers of different unions.
fn readers(world: &World, email: &str) -> Vec<Reader> {
    let emails: Vec<String> = people::table
        .filter(people::email.like(format!("{email}%")))
        .order(people::email)
        .select(people::email)
        .load(&mut world.conn())
        .unwrap();
    let clients = setting("BENCH_CLIENTS", 8);
    let apart = (emails.len() / clients).max(1);
    let spread = emails.iter().step_by(apart).take(clients);
    spread
        .map(|email| {
            let client = world.client().log_in(email, PASSWORD);
            let ids = |path: &str, field: &str| -> Vec<String> {
                let page = client.get(&format!("/api/v1/{path}?limit=100")).expect(200);
                let items = page.body["items"].as_array().unwrap();
                let text = |item: &serde_json::Value| item[field].as_str().unwrap().to_owned();
                assert!(!items.is_empty(), "{path} is empty");
                items.iter().map(text).collect()
            };
            Reader {
                orders: ids("orders", "id"),
                needs: ids("needs", "id"),
                listings: ids("listings", "id"),
                products: ids("listings", "product_id"),
                pools: ids("pools", "id"),
                client,
            }
        })
        .collect()
}

impl Reader {
    /// So many rounds of everything.
    fn read(&self, rounds: usize) -> Vec<(&'static str, Duration)> {
        let mut took = Vec::with_capacity(rounds * 9);
        for round in 0..rounds {
            let one = |of: &[String]| of[round % of.len()].clone();
            let get = |path: String| {
                self.client.get(&format!("/api/v1/{path}")).expect(200);
            };
            let product = one(&self.products);
            let need = json!({"title": "Tiles", "currency": "ARS", "lines": [{"product_id": product,
                "quantity": "10", "region": "AR-B", "due_on": today() + chrono::Days::new(80)}]});
            let mut time = |what: &'static str, read: &dyn Fn()| {
                let begun = Instant::now();
                read();
                took.push((what, begun.elapsed()));
            };
            time("listings list", &|| get("listings?status=open".to_owned()));
            time("listings of a product", &|| {
                get(format!("listings?product_id={product}"))
            });
            time("listing", &|| {
                get(format!("listings/{}", one(&self.listings)))
            });
            time("need create", &|| {
                self.client.post("/api/v1/needs", need.clone()).expect(201);
            });
            time("needs list", &|| get("needs".to_owned()));
            time("need", &|| get(format!("needs/{}", one(&self.needs))));
            time("orders list", &|| get("orders".to_owned()));
            time("order", &|| get(format!("orders/{}", one(&self.orders))));
            time("pool", &|| get(format!("pools/{}", one(&self.pools))));
        }
        took
    }
}
