//! No read of the API grows with what the database holds. A world with one of each thing is copied until its tables
//! are large; then every `GET` of the OpenAPI document is sent by everybody who may, lists with every filter and from
//! page to page, and each query that the server really sends is explained by the database. A list may not send more
//! queries for a longer page either. The operations come from the document and the tables from the schema: a new one
//! is covered as soon as [`crate::walk::cast`] has its thing.
mod capture;
mod cast;
mod explain;
mod readers;

use crate::support::filling::Filling;
use crate::support::{World, on_each_database};
use capture::Statement;
use explain::Explained;
use readers::{Read, Reads};
use std::collections::{BTreeMap, BTreeSet};

/// Copies of one row beside it: several pages.
const SIBLINGS: u32 = 60;
/// Copies of what the organisations have, for the same organisations, and for others.
const COPIES: u32 = 40;
const OTHERS: u32 = 400;
/// Tables that these reads may find small: there are few by nature (rule sets that assemblies voted on), or the cast has
/// none yet; their queries are explained all the same.
const SMALL: [&str; 15] = [
    "affiliations",
    "bank_allocations",
    "book_accounts",
    "budget_commitments",
    "fund_advance_approvals",
    "material_movements",
    "need_networks",
    "payment_milestones",
    "payments",
    "pool_ballots",
    "pool_bids",
    "quotation_lines",
    "quotation_messages",
    "recognitions",
    "rule_sets",
];
/// Lists that the copies leave short: their queries by row are not counted.
const SHORT: [&str; 8] = [
    "/api/v1/affiliations",
    "/api/v1/budget-lines/{id}/commitments",
    "/api/v1/framework-agreements/{id}/price-reviews",
    "/api/v1/journal-entries",
    "/api/v1/materials/{id}/movements",
    "/api/v1/purchase-orders/{id}/payments",
    "/api/v1/recognitions",
    "/api/v1/rule-sets",
];
/// The one search that reads a table: parts of words in the names of products, of which a catalogue has some thousands.
const SEARCH: &str = "/api/v1/products ?q=";
/// Counts, for each rule set of a page, the organisations that adopted it.
const COUNT: &str =
    "FROM \"rule_set_adoptions\" WHERE (\"rule_set_adoptions\".\"rule_set_id\" = ANY";
/// How many queries more a page of 100 may take than a page of 2: none for each row.
const MORE_QUERIES_MAX: usize = 2;

#[test]
fn no_read_grows_with_the_table() {
    capture::listen();
    on_each_database(|world| {
        let cast = cast::richer(world);
        let operations = crate::walk::operations();
        let reads = Reads::found(&cast, &operations);
        fill(world);
        let mut filling = Filling::of(world.conn());
        let rows = filling.rows();
        let mut faults = BTreeSet::new();
        let sent = send_all(world, &reads, &mut faults);
        let mut explained = Explained {
            conn: world.conn(),
            rows,
        };
        let mut small = BTreeMap::new();
        // SQLite plans without figures until somebody has it count.
        if world.db().is_embedded() {
            explain_all(&mut explained, &sent, &mut faults, &mut small);
        }
        filling.analyse();
        let mut explained = Explained {
            conn: world.conn(),
            ..explained
        };
        explain_all(&mut explained, &sent, &mut faults, &mut small);
        println!(
            "{} queries of {} reads explained",
            sent.len(),
            reads.count()
        );
        small.retain(|table, _| !SMALL.contains(&table.as_str()));
        faults.extend(small.into_iter().map(|(table, by)| {
            format!("{table} has too few rows to judge {by} by: let the cast make one")
        }));
        assert!(
            faults.is_empty(),
            "{} faults:\n{}",
            faults.len(),
            faults.into_iter().collect::<Vec<_>>().join("\n")
        );
    });
}

fn fill(world: &World) {
    let begun = std::time::Instant::now();
    let mut filling = Filling::of(world.conn());
    filling.siblings(1..1 + SIBLINGS);
    filling.worlds(1_000..1_000 + COPIES, &["SELECT id FROM organisations"]);
    filling.worlds(
        2_000..2_000 + OTHERS,
        &["SELECT id FROM organisations WHERE kind = 'operator'"],
    );
    filling.analyse();
    let rows: i64 = filling.rows().values().sum();
    println!("{rows} rows after {:?}", begun.elapsed());
}

/// What was sent for which operation, and whether that was narrowed by a filter.
type Sent = BTreeMap<(Statement, bool), String>;

fn send_all(world: &World, reads: &Reads, faults: &mut BTreeSet<String>) -> Sent {
    let mut all = Sent::new();
    let mut longest: BTreeMap<&str, usize> = BTreeMap::new();
    for read in reads.each() {
        for (query, filtered) in read.queries() {
            let path = format!("{}{query}", read.path);
            let (answer, sent) = capture::queries_of(world.url(), || read.client.get(&path));
            // An id to filter by may be another's.
            if answer.status != 200 && !(filtered && answer.status == 404) {
                faults.insert(format!(
                    "GET {path} answers {} {}",
                    answer.status, answer.body["detail"]
                ));
            }
            assert!(
                !sent.is_empty() || read.is_open(),
                "GET {path} asks nothing of the database"
            );
            for statement in sent {
                all.entry((statement, filtered))
                    .or_insert_with(|| format!("{} {query}", read.template()));
            }
        }
        if read.is_list() {
            let most = longest.entry(read.template()).or_default();
            *most = (*most).max(grows_by_row(world, read, faults));
        }
    }
    for (template, items) in longest {
        if items < 10 && !SHORT.contains(&template) {
            faults.insert(format!(
                "{template} has only {items} items: its queries by row cannot be counted"
            ));
        }
    }
    all
}

/// Counts the queries of a short and a long page; returns how many more items the long one had.
fn grows_by_row(world: &World, read: &Read<'_>, faults: &mut BTreeSet<String>) -> usize {
    let page = |limit: u32| {
        let path = format!("{}?limit={limit}", read.path);
        let (answer, sent) = capture::queries_of(world.url(), || read.client.get(&path));
        let items = answer.body["items"].as_array().map_or(0, Vec::len);
        (items, sent.len())
    };
    let (few, short) = page(2);
    let (many, long) = page(100);
    if long > short + MORE_QUERIES_MAX {
        faults.insert(format!(
            "{}: {short} queries for {few} items, {long} for {many}",
            read.template()
        ));
    }
    many - few
}

fn explain_all(
    explained: &mut Explained,
    sent: &Sent,
    faults: &mut BTreeSet<String>,
    small: &mut BTreeMap<String, String>,
) {
    let mut seen = BTreeSet::new();
    for ((statement, filtered), operation) in sent {
        for table in explained.small(statement) {
            small.entry(table).or_insert_with(|| operation.clone());
        }
        // SQLite's plan depends on the text alone.
        if world_is_embedded(explained) && !seen.insert((statement.sql.clone(), *filtered)) {
            continue;
        }
        let found = explained.faults(statement, *filtered);
        if operation.starts_with(SEARCH) || statement.sql.contains(COUNT) {
            continue;
        }
        if !found.is_empty() && seen.insert((format!("fault {}", statement.sql), *filtered)) {
            faults.insert(format!(
                "{operation}: {}\n  {}\n  {}",
                found.join(", "),
                short(&statement.sql),
                short(&statement.values)
            ));
        }
    }
}

fn world_is_embedded(explained: &Explained) -> bool {
    matches!(explained.conn, store::Conn::Sqlite(_))
}

/// Without the columns, which say nothing about the plan.
fn short(sql: &str) -> String {
    let from = sql.find(" FROM ").unwrap_or(0);
    sql[from..].chars().take(900).collect()
}
