//! What a database does for a query: which large tables it reads, and how much of them.
use super::capture::Statement;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;
use std::collections::BTreeMap;
use store::Conn;

/// Rows from which on a table is large.
pub const LARGE: i64 = 400;
/// Rows of one large table that a query may look at: what an organisation of the test has, not what all have.
const LOOKED_AT_MAX: i64 = 450;

/// A database whose queries are explained.
pub struct Explained {
    pub conn: Conn,
    pub rows: BTreeMap<String, i64>,
}

impl Explained {
    /// What is wrong with the plan of a query; `filtered` where the request narrowed a list.
    pub fn faults(&mut self, statement: &Statement, filtered: bool) -> Vec<String> {
        match &mut self.conn {
            Conn::Postgres(conn) => {
                let plan = plan_of_postgres(conn, statement);
                let mut looked_at = BTreeMap::new();
                let mut faults = Vec::new();
                walk(&plan["Plan"], &self.rows, &mut looked_at, &mut faults);
                let much = looked_at.iter().filter(|(_, rows)| **rows > LOOKED_AT_MAX);
                faults.extend(much.map(|(table, rows)| format!("looks at {rows} rows of {table}")));
                if !faults.is_empty() {
                    faults.push(format!("\n{}", outline(&plan["Plan"], 2)));
                }
                faults
            }
            Conn::Sqlite(conn) => {
                let plan = plan_of_sqlite(conn, statement);
                let mut faults = faults_of_sqlite(&plan, &statement.sql, filtered, &self.rows);
                if !faults.is_empty() {
                    faults.push(format!("\n    {}", plan.join("\n    ")));
                }
                faults
            }
        }
    }

    fn is_large(&self, table: &str) -> bool {
        self.rows.get(table).is_some_and(|rows| *rows >= LARGE)
    }

    /// The tables that the query names and that are not large.
    pub fn small(&self, statement: &Statement) -> Vec<String> {
        let named = |table: &&String| {
            statement.sql.contains(&format!("`{table}`"))
                || statement.sql.contains(&format!("\"{table}\""))
        };
        let tables = self.rows.keys().filter(named);
        tables
            .filter(|table| !self.is_large(table))
            .cloned()
            .collect()
    }
}

#[derive(QueryableByName)]
struct PostgresLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

#[derive(QueryableByName)]
struct SqliteLine {
    #[diesel(sql_type = Text)]
    detail: String,
}

fn plan_of_postgres(conn: &mut PgConnection, statement: &Statement) -> Value {
    let sql = with_values(statement);
    // Some hundred rows are read and joined whole where an index would do: what is scanned now has no index at all.
    conn.batch_execute(
        "SET enable_seqscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off",
    )
    .unwrap();
    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}");
    let lines: Vec<PostgresLine> = diesel::sql_query(&explain)
        .load(conn)
        .unwrap_or_else(|error| panic!("{explain}: {error}"));
    let text: Vec<String> = lines.into_iter().map(|line| line.plan).collect();
    let plans: Value = serde_json::from_str(&text.join("\n")).unwrap();
    plans[0].clone()
}

fn plan_of_sqlite(conn: &mut SqliteConnection, statement: &Statement) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let lines: Vec<SqliteLine> = diesel::sql_query(&explain)
        .load(conn)
        .unwrap_or_else(|error| panic!("{explain}: {error}"));
    lines.into_iter().map(|line| line.detail).collect()
}

fn walk(
    node: &Value,
    rows: &BTreeMap<String, i64>,
    looked_at: &mut BTreeMap<String, i64>,
    faults: &mut Vec<String>,
) {
    // Newer servers write a mean of several loops with decimals.
    let number = |field: &str| -> i64 {
        let text = node[field].to_string();
        let whole = text.split('.').next().unwrap_or_default();
        whole.parse().unwrap_or(0)
    };
    if let Some(table) = node["Relation Name"].as_str()
        && rows.get(table).is_some_and(|rows| *rows >= LARGE)
    {
        if node["Node Type"] == "Seq Scan" && number("Actual Loops") > 0 {
            faults.push(format!("scans {table}"));
        }
        let looked = number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck");
        *looked_at.entry(table.to_owned()).or_default() += looked * number("Actual Loops");
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        walk(part, rows, looked_at, faults);
    }
}

/// The plan in a few words a line.
fn outline(node: &Value, depth: usize) -> String {
    let mut line = "  ".repeat(depth);
    for field in [
        "Node Type",
        "Relation Name",
        "Index Name",
        "Index Cond",
        "Filter",
        "Actual Rows",
        "Rows Removed by Filter",
        "Actual Loops",
    ] {
        if let Some(value) = node.get(field) {
            line.push_str(&format!("{value} "));
        }
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        line.push('\n');
        line.push_str(&outline(part, depth + 1));
    }
    line
}

/// SQLite says how it looks, not how much it finds: what is narrowed down has to be searched by what narrows it,
/// and only a list without a filter may be read along its key, for as long as the page lasts.
fn faults_of_sqlite(
    plan: &[String],
    sql: &str,
    filtered: bool,
    rows: &BTreeMap<String, i64>,
) -> Vec<String> {
    // Of an empty list of ids nothing is read, whatever the plan says.
    if sql.contains(" WHERE (1=0)") {
        return Vec::new();
    }
    let sorts = plan
        .iter()
        .any(|line| line.starts_with("USE TEMP B-TREE FOR ORDER BY"));
    let along_key_is_fine = sql.contains("LIMIT") && !sorts && !filtered;
    let mut faults = Vec::new();
    for line in plan {
        let mut words = line.split(' ');
        let (how, table) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let small = rows.get(table).is_none_or(|rows| *rows < LARGE);
        let searched = how == "SEARCH" && (line.contains("=?") || line.contains("ROWID"));
        let reads = how == "SCAN" || how == "SEARCH";
        if !reads || small || searched || line.starts_with("SCAN CONSTANT ROW") {
            continue;
        }
        if !(along_key_is_fine && line.contains("INDEX")) {
            faults.push(format!("scans {table}"));
        }
    }
    faults
}

/// The query with its values in the places of its parameters.
fn with_values(statement: &Statement) -> String {
    let values = values(&statement.values);
    let mut pieces = statement.sql.split('$');
    let mut sql = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let digits = piece.chars().take_while(char::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let at: usize = number.parse().unwrap();
        sql.push_str(&literal(&values[at - 1]));
        sql.push_str(rest);
    }
    sql
}

/// The parts of a debugged list.
fn values(list: &str) -> Vec<String> {
    let inner = list
        .trim()
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let inner = inner.unwrap_or_else(|| panic!("{list} is no list"));
    let mut parts = Vec::new();
    let (mut depth, mut quoted, mut escaped, mut part) = (0, false, false, String::new());
    for character in inner.chars() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else {
            match character {
                '"' => quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push(std::mem::take(&mut part));
                    continue;
                }
                _ => {}
            }
        }
        part.push(character);
    }
    if !part.trim().is_empty() {
        parts.push(part);
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// A debugged value as SQL: `OrderId(Key(0193..))`, `Some("AR")`, `21`, `None`, `[..]`.
fn literal(value: &str) -> String {
    if value == "None" {
        return "NULL".to_owned();
    }
    if value.starts_with('[') {
        let parts: Vec<String> = values(value).iter().map(|part| plain(part)).collect();
        return format!("'{{{}}}'", parts.join(","));
    }
    format!("'{}'", plain(value).replace('\'', "''"))
}

fn plain(value: &str) -> String {
    if value.starts_with('"') {
        return serde_json::from_str(value).unwrap();
    }
    match value.split_once('(') {
        Some((_, inner)) => plain(
            inner
                .strip_suffix(')')
                .unwrap_or_else(|| panic!("{value} cannot be read")),
        ),
        None => value.to_owned(),
    }
}
