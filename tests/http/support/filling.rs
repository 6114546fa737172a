//! Fills a database quickly by copying what is in it, on the server, with ids of its own for every copy: siblings of
//! single rows, and whole sets of rows that refer to each other. Which tables there are, and what refers to what, is
//! read from the migrated schema, so that a new table is filled too.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use store::Conn;

/// They stay as they are.
const RULE_SETS: &str = "rule_sets";
/// Columns of bytes that are no ids.
const BYTES: [&str; 1] = ["content"];
/// Most rows that a table nobody refers to (entries, letters, keys) gets by one act of copying.
const LEAVES_MAX: i64 = 100_000;

/// A database that is being filled.
pub struct Filling {
    conn: Conn,
    tables: Vec<Table>,
    /// Which hexadecimal digits of an id say which copy it is of: the first, and how many.
    digits: (usize, usize),
}

/// The last digits of an id, that are random in a UUIDv7.
const LAST_DIGITS: (usize, usize) = (24, 8);

struct Table {
    name: String,
    columns: Vec<Column>,
    /// The columns by which a row is told from its copies.
    key: Vec<String>,
    /// The primary key is one id.
    has_id: bool,
    /// No other table refers to it.
    leaf: bool,
}

struct Column {
    name: String,
    kind: Kind,
    /// Of the primary key.
    in_key: bool,
    /// The table that it refers to.
    of: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Id,
    /// A text or a number that has to differ between copies.
    UniqueText,
    UniqueNumber,
    Plain,
}

/// Which ids of a row become ids of the copy.
#[derive(Clone, Copy, PartialEq)]
enum Becomes {
    New,
    NewUnlessKept,
    Same,
}

impl Filling {
    /// Takes what the database holds now as what copies are made of.
    pub fn of(conn: Conn) -> Self {
        Self::by_digits(conn, LAST_DIGITS)
    }

    /// The same for copies that are to be copied again: each time other digits of [`LAST_DIGITS`] tell the copies apart.
    pub fn by_digits(mut conn: Conn, digits: (usize, usize)) -> Self {
        let tables = tables();
        // Without checks row by row: what is copied refers to what was copied, sometimes to what is copied later.
        conn.batch_execute(match conn {
            Conn::Postgres(_) => {
                "DO $$ BEGIN SET session_replication_role = replica;
                 EXCEPTION WHEN insufficient_privilege THEN NULL; END $$; SET synchronous_commit = off"
            }
            Conn::Sqlite(_) => "PRAGMA foreign_keys = OFF",
        })
        .unwrap();
        conn.batch_execute(
            "DROP TABLE IF EXISTS filling_copies; DROP TABLE IF EXISTS filling_kept;
             DROP TABLE IF EXISTS filling_originals;
             CREATE TEMP TABLE filling_copies (k bigint NOT NULL);
             CREATE TEMP TABLE filling_kept AS SELECT id FROM organisations WHERE 1 = 0;
             CREATE TEMP TABLE filling_originals AS SELECT id FROM organisations WHERE 1 = 0;",
        )
        .unwrap();
        for table in &tables {
            for column in &table.key {
                let name = &table.name;
                conn.batch_execute(&format!(
                    "INSERT INTO filling_originals SELECT {column} FROM {name} WHERE {column} IS NOT NULL"
                ))
                .unwrap();
            }
        }
        conn.batch_execute("CREATE INDEX filling_originals_id ON filling_originals(id)")
            .unwrap();
        if let Conn::Postgres(conn) = &mut conn {
            conn.batch_execute("ANALYZE filling_originals").unwrap();
        }
        Self {
            conn,
            tables,
            digits,
        }
    }

    /// Copies single rows beside themselves: same owner, same parent, and the parts that belong to the row.
    pub fn siblings(&mut self, copies: Range<u32>) {
        self.number(copies);
        for at in 0..self.tables.len() {
            let table = &self.tables[at];
            if !table.has_id {
                continue;
            }
            let of_key = |column: &Column| {
                if column.in_key && column.kind == Kind::Id {
                    Becomes::New
                } else {
                    Becomes::Same
                }
            };
            let mut statements = vec![self.statement(table, of_key)];
            for part in self.tables.iter().filter(|part| !part.has_id) {
                let refers =
                    |column: &Column| column.in_key && column.of.as_ref() == Some(&table.name);
                if part.columns.iter().any(refers) {
                    let becomes = |column: &Column| match refers(column) {
                        true => Becomes::New,
                        false => Becomes::Same,
                    };
                    let statement = self.statement(part, becomes);
                    // A twin that the schema did not allow has no parts.
                    let column = part.columns.iter().find(|column| refers(column));
                    let parent = self.value(column.unwrap(), Becomes::New);
                    let exists = format!("WHERE {parent} IN (SELECT id FROM {}) AND ", table.name);
                    statements.push(statement.replacen("WHERE ", &exists, 1));
                }
            }
            for statement in statements {
                self.run(&statement);
            }
        }
    }

    /// Copies everything, but for the rows whose ids `kept` selects: copies refer to these as the originals do.
    pub fn worlds(&mut self, copies: Range<u32>, kept: &[&str]) {
        self.number(copies);
        self.run("DELETE FROM filling_kept");
        self.run(&format!(
            "INSERT INTO filling_kept SELECT id FROM {RULE_SETS}"
        ));
        for kept in kept {
            self.run(&format!("INSERT INTO filling_kept {kept}"));
        }
        for at in 0..self.tables.len() {
            let statement = self.statement(&self.tables[at], |_| Becomes::NewUnlessKept);
            self.run(&statement);
        }
    }

    /// Lets the database count what it holds.
    pub fn analyse(&mut self) {
        self.run("ANALYZE");
    }

    /// How many rows each table has.
    pub fn rows(&mut self) -> BTreeMap<String, i64> {
        let names: Vec<String> = self.tables.iter().map(|one| one.name.clone()).collect();
        let mut rows = BTreeMap::new();
        for name in names {
            let count = self.count(&format!("SELECT count(*) AS count FROM {name}"));
            rows.insert(name, count);
        }
        rows
    }

    fn count(&mut self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Counted {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let query = diesel::sql_query(sql);
        let counted: Counted = match &mut self.conn {
            Conn::Postgres(conn) => query.get_result(conn),
            Conn::Sqlite(conn) => query.get_result(conn),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        counted.count
    }

    fn run(&mut self, sql: &str) {
        self.conn
            .batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn number(&mut self, copies: Range<u32>) {
        let digits = u32::try_from(self.digits.1).unwrap();
        assert!(
            copies.start > 0 && copies.end <= 1 << (4 * digits.min(4)),
            "{copies:?}"
        );
        self.run("DELETE FROM filling_copies");
        let rows: Vec<String> = copies.map(|k| format!("({k})")).collect();
        self.run(&format!(
            "INSERT INTO filling_copies VALUES {}",
            rows.join(",")
        ));
    }

    fn statement(&self, table: &Table, becomes: impl Fn(&Column) -> Becomes) -> String {
        let names: Vec<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
        let values: Vec<String> = table
            .columns
            .iter()
            .map(|column| self.value(column, becomes(column)))
            .collect();
        // The sign keeps SQLite from looking up all pairs of originals in a key of two ids.
        let sign = match self.conn {
            Conn::Sqlite(_) => "+",
            Conn::Postgres(_) => "",
        };
        let original: Vec<String> = table
            .key
            .iter()
            .map(|column| format!("{sign}t.{column} IN (SELECT id FROM filling_originals)"))
            .collect();
        let (name, names, values) = (&table.name, names.join(", "), values.join(", "));
        let few = if table.leaf {
            format!(
                "(c.k - (SELECT min(k) FROM filling_copies)) * (SELECT count(*) FROM {name}) < {LEAVES_MAX} AND "
            )
        } else {
            String::new()
        };
        format!(
            "INSERT INTO {name} ({names}) SELECT {values} FROM {name} t CROSS JOIN filling_copies c \
             WHERE {few}{} ON CONFLICT DO NOTHING",
            original.join(" AND ")
        )
    }

    /// How far apart the numbers of copies are: copies of copies stay apart from both.
    fn step(&self) -> u32 {
        match self.digits.0 {
            28 => 10_000,
            26 => 1_000_000,
            _ => 100,
        }
    }

    /// The digits that tell a copy's id. Where they are few, the number is added to what is there: no copy has the id
    /// of its original then.
    fn number_of(&self, name: &str) -> String {
        let (first, count) = self.digits;
        match (&self.conn, count) {
            (Conn::Postgres(_), 2) => {
                let there = format!(
                    "('x' || substr(t.{name}::text, {}, 2))::bit(8)::int",
                    first + 5
                );
                format!("lpad(to_hex(({there} + c.k) % 256), 2, '0')")
            }
            (Conn::Sqlite(_), 2) => {
                let digit = |at: usize| {
                    format!("(instr('0123456789ABCDEF', substr(hex(t.{name}), {at}, 1)) - 1)")
                };
                let (high, low) = (digit(first + 1), digit(first + 2));
                format!("printf('%02x', ({high} * 16 + {low} + c.k) % 256)")
            }
            (Conn::Postgres(_), _) => format!("lpad(to_hex(c.k), {count}, '0')"),
            (Conn::Sqlite(_), _) => format!("printf('%0{count}x', c.k)"),
        }
    }

    /// A copy's id is the original's with the number of the copy in some of its digits.
    fn value(&self, column: &Column, becomes: Becomes) -> String {
        let name = &column.name;
        let (first, count) = self.digits;
        let number = self.number_of(name);
        let new = match &self.conn {
            // Counted from one, and with the four dashes before the last digits.
            Conn::Postgres(_) => {
                let first = first + 5;
                format!("overlay(t.{name}::text placing {number} from {first} for {count})::uuid")
            }
            Conn::Sqlite(_) => {
                let rest = first + count + 1;
                format!(
                    "unhex(substr(hex(t.{name}), 1, {first}) || {number} || substr(hex(t.{name}), {rest}))"
                )
            }
        };
        match (column.kind, becomes) {
            (Kind::Id, Becomes::New) => new,
            (Kind::Id, Becomes::NewUnlessKept) => format!(
                "CASE WHEN t.{name} IS NULL OR t.{name} IN (SELECT id FROM filling_kept) THEN t.{name} ELSE {new} END"
            ),
            (Kind::UniqueText, _) => format!("t.{name} || '-{first}.' || c.k"),
            (Kind::UniqueNumber, _) => format!("t.{name} + c.k * {}", self.step()),
            (Kind::Plain | Kind::Id, _) => format!("t.{name}"),
        }
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    detail: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The tables of the schema, each after those that it refers to.
fn tables() -> Vec<Table> {
    let mut conn = store::db::connect("sqlite://:memory:").unwrap();
    store::db::migrate(&mut conn).unwrap();
    let Conn::Sqlite(mut conn) = conn else {
        unreachable!("an SQLite database was opened")
    };
    let mut ask = |sql: String| -> Vec<Named> { diesel::sql_query(sql).load(&mut conn).unwrap() };
    let known = ask(
        "SELECT name, sql AS detail, rowid AS number FROM sqlite_master WHERE type = 'table' \
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY rowid"
            .to_owned(),
    );
    let mut tables = Vec::new();
    let mut referred = BTreeSet::new();
    for Named { name, detail, .. } in known {
        let columns = ask(format!(
            "SELECT name, type AS detail, pk AS number FROM pragma_table_info('{name}')"
        ));
        let foreign = ask(format!(
            "SELECT \"from\" AS name, \"table\" AS detail, 0 AS number FROM pragma_foreign_key_list('{name}')"
        ));
        let unique = ask(format!(
            "SELECT i.name AS detail, c.name AS name, i.origin = 'pk' AS number \
             FROM pragma_index_list('{name}') i, pragma_index_info(i.name) c WHERE i.\"unique\" = 1"
        ));
        referred.extend(foreign.iter().map(|key| key.detail.clone()));
        let mut columns: Vec<Column> = columns
            .into_iter()
            .map(|column| Column {
                kind: match column.detail.as_str() {
                    "BLOB" if !BYTES.contains(&column.name.as_str()) => Kind::Id,
                    _ => Kind::Plain,
                },
                in_key: column.number > 0,
                of: foreign
                    .iter()
                    .find(|key| key.name == column.name)
                    .map(|key| key.detail.clone()),
                name: column.name,
            })
            .collect();
        mark_unique(&mut columns, &unique, &detail);
        let ids = |key: bool| -> Vec<String> {
            let ids = columns.iter().filter(|one| one.kind == Kind::Id);
            let ids = ids.filter(|one| one.in_key || !key);
            ids.map(|one| one.name.clone()).collect()
        };
        let key = if ids(true).is_empty() {
            ids(false)
        } else {
            ids(true)
        };
        // Keys that sign tokens belong to nobody; rule sets are what assemblies voted on, by hash.
        if key.is_empty() || name == RULE_SETS {
            continue;
        }
        let in_key = columns.iter().filter(|one| one.in_key).count();
        tables.push(Table {
            has_id: in_key == 1 && columns.iter().any(|one| one.in_key && one.name == "id"),
            leaf: false,
            name,
            columns,
            key,
        });
    }
    for table in &mut tables {
        table.leaf = !referred.contains(&table.name);
    }
    tables
}

/// Marks the columns that keep copies of one owner apart: references, names, numbers.
fn mark_unique(columns: &mut [Column], unique: &[Named], sql: &str) {
    let indexes: BTreeSet<&str> = unique.iter().map(|one| one.detail.as_str()).collect();
    for index in indexes {
        let of_index = |name: &str| {
            unique
                .iter()
                .any(|one| one.detail == index && one.name == name)
        };
        let primary = unique
            .iter()
            .any(|one| one.detail == index && one.number == 1);
        let ids = columns
            .iter()
            .filter(|one| of_index(&one.name) && one.kind == Kind::Id);
        let owned = ids
            .clone()
            .all(|one| one.of.as_deref() == Some("organisations"));
        if primary && ids.count() > 0 {
            continue;
        }
        for column in columns.iter_mut().filter(|one| of_index(&one.name)) {
            let of_list = sql.contains(&format!("CHECK ({} IN", column.name));
            let text = sql.contains(&format!("\n  {} TEXT", column.name));
            let number = sql.contains(&format!("\n  {} INTEGER", column.name));
            let date = column.name.ends_with("_on") || column.name == "since";
            let fixed = sql.contains(&format!("CHECK (length({}) =", column.name));
            let bounded = sql.contains(&format!("CHECK ({} BETWEEN", column.name));
            if column.kind != Kind::Plain || of_list || date || fixed || bounded {
                continue;
            }
            if text {
                column.kind = Kind::UniqueText;
            } else if number && owned {
                column.kind = Kind::UniqueNumber;
            }
        }
    }
}
