//! Reads the rows of [`SCOPES`] as text, the same from both databases.
use super::scopes::{LEFT_OUT, SCOPES, SETS, Scope};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::OrganisationId;
use crate::orders::explanation;
use chrono::{DateTime, SecondsFormat};
use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;
use std::ops::ControlFlow;
use uuid::Uuid;

/// The tables and their columns, as they are declared: diesel itself keeps no list of them.
const DECLARED: &str = include_str!("../schema.rs");

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A UUID.
    Id,
    /// Words.
    Text,
    /// A whole number: as it is, or minor units (`_minor`), millionths (`_micro`), 10⁻¹² (`_pico`).
    Whole,
    /// `true` or `false`.
    Bool,
    /// A day.
    Date,
    /// A moment in UTC, to the microsecond.
    Instant,
    /// JSON.
    Json,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it can be empty.
    pub optional: bool,
}

/// A table of the package.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns that tell its rows apart.
    pub key: Vec<&'static str>,
    scope: &'static Scope,
}

/// The tables of every package, in its order.
///
/// # Errors
/// [`corrupt`] where a scope names no table; a test holds that each does.
pub fn tables() -> Result<Vec<Table>> {
    SCOPES
        .iter()
        .map(|scope| {
            let declared = declared().find(|(name, ..)| *name == scope.table);
            let (name, key, columns) = declared.ok_or_else(|| corrupt("a scope's table"))?;
            let shown = columns
                .into_iter()
                .filter(|column| !scope.hidden.contains(&column.name));
            Ok(Table {
                name,
                columns: shown.collect(),
                key,
                scope,
            })
        })
        .collect()
}

/// The tables that are in no package, and why.
pub const fn left_out() -> &'static [(&'static str, &'static str)] {
    &LEFT_OUT
}

type Declared = (&'static str, Vec<&'static str>, Vec<Column>);

/// The tables of [`DECLARED`]: name, key, columns.
fn declared() -> impl Iterator<Item = Declared> {
    DECLARED
        .split("diesel::table! {")
        .skip(1)
        .filter_map(|text| {
            let mut lines = text
                .lines()
                .map(str::trim)
                .skip_while(|line| !line.ends_with(") {"));
            let (name, key) = lines.next()?.strip_suffix(") {")?.split_once(" (")?;
            let columns = lines
                .take_while(|line| *line != "}")
                .filter_map(|line| line.trim_end_matches(',').split_once(" -> "))
                .filter_map(|(name, kind)| {
                    let optional = kind.starts_with("Nullable<");
                    let kind = kind.trim_start_matches("Nullable<").trim_end_matches('>');
                    let holds = match kind {
                        "Id" => Holds::Id,
                        "Text" => Holds::Text,
                        "BigInt" | "Integer" => Holds::Whole,
                        "Bool" => Holds::Bool,
                        "Date" => Holds::Date,
                        "Instant" => Holds::Instant,
                        "Doc" => Holds::Json,
                        _ => return None,
                    };
                    Some(Column {
                        name,
                        holds,
                        optional,
                    })
                });
            Some((name, key.split(", ").collect(), columns.collect()))
        })
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Hands the organisation's rows of a table to `each`, by key, until it breaks off.
///
/// # Errors
/// Those of the database.
pub fn rows(
    conn: &mut Conn,
    table: &Table,
    of: OrganisationId,
    each: &mut dyn FnMut(Vec<Option<String>>) -> ControlFlow<()>,
) -> Result<()> {
    let query = diesel::sql_query(statement(conn, table, of.uuid()));
    let mut take = |line: QueryResult<Line>| -> Result<ControlFlow<()>> {
        Ok(each(cells(table, &line?.line)?))
    };
    match conn {
        Conn::Postgres(conn) => {
            for line in query.load_iter::<Line, PgRowByRowLoadingMode>(conn)? {
                if take(line)?.is_break() {
                    break;
                }
            }
        }
        Conn::Sqlite(conn) => {
            for line in query.load_iter::<Line, DefaultLoadingMode>(conn)? {
                if take(line)?.is_break() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// One row a line, each a JSON array of the columns and, last, whether the kept price is seen whole.
fn statement(conn: &Conn, table: &Table, of: Uuid) -> String {
    let postgres = matches!(conn, Conn::Postgres(_));
    let value = |column: &Column| {
        let name = column.name;
        match (column.holds, postgres) {
            (Holds::Id, false) => format!("nullif(hex({name}), '')"),
            (Holds::Id | Holds::Date | Holds::Json, true) => format!("{name}::text"),
            (Holds::Instant, true) => format!("(extract(epoch from {name}) * 1000000)::bigint"),
            (Holds::Bool, true) => format!("{name}::int"),
            _ => name.to_owned(),
        }
    };
    let mut values: Vec<String> = table.columns.iter().map(value).collect();
    let whole = table.scope.whole_price.unwrap_or("1 = 1");
    values.push(format!("CASE WHEN {whole} THEN 1 ELSE 0 END"));
    let (array, cast) = match postgres {
        true => ("json_build_array", "::text"),
        false => ("json_array", ""),
    };
    let organisation = match postgres {
        true => format!("'{of}'::uuid"),
        false => format!("x'{}'", of.simple()),
    };
    let mut sql = format!(
        "SELECT {array}({}){cast} AS line FROM {} WHERE {} ORDER BY {}",
        values.join(", "),
        table.name,
        table.scope.rows,
        table.key.join(", ")
    );
    for (set, meaning) in SETS {
        sql = sql.replace(set, meaning);
    }
    sql.replace(":org", &organisation)
}

fn cells(table: &Table, line: &str) -> Result<Vec<Option<String>>> {
    let unreadable = || corrupt("a row of an export");
    let mut values: Vec<Value> = serde_json::from_str(line).map_err(|_| unreadable())?;
    let whole = values.pop().ok_or_else(unreadable)? == 1;
    table
        .columns
        .iter()
        .zip(values)
        .map(|(column, value)| {
            let cell = cell(column, value, whole);
            cell.ok_or_else(|| corrupt(&format!("{}.{}", table.name, column.name)))
        })
        .collect()
}

/// The cell's text; none in place of what cannot be read.
#[expect(
    clippy::option_option,
    reason = "an empty cell is not an unreadable one"
)]
fn cell(column: &Column, value: Value, whole: bool) -> Option<Option<String>> {
    if value.is_null() {
        return Some(None);
    }
    let text = match column.holds {
        Holds::Id => Uuid::parse_str(value.as_str()?).ok()?.to_string(),
        Holds::Text | Holds::Date => value.as_str()?.to_owned(),
        Holds::Whole => value.as_i64()?.to_string(),
        Holds::Bool => (value.as_i64()? != 0).to_string(),
        Holds::Instant => DateTime::from_timestamp_micros(value.as_i64()?)?
            .to_rfc3339_opts(SecondsFormat::Micros, true),
        Holds::Json => {
            let mut kept: Value = serde_json::from_str(value.as_str()?).ok()?;
            if !whole {
                match column.name {
                    "price_request" | "request" => explanation::hide(&mut kept, &mut Value::Null),
                    _ => explanation::hide(&mut Value::Null, &mut kept),
                }
            }
            kept.to_string()
        }
    };
    Some(Some(text))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
mod tests {
    use super::{DECLARED, LEFT_OUT, SCOPES, SETS, declared, tables};
    use std::collections::BTreeSet;

    #[test]
    fn every_table_goes_along_or_is_left_out_for_a_reason() {
        let declared: BTreeSet<&str> = declared().map(|(name, ..)| name).collect();
        assert_eq!(declared.len(), DECLARED.matches("diesel::table! {").count());
        let scoped = SCOPES.iter().map(|scope| scope.table);
        let named: Vec<&str> = scoped.chain(LEFT_OUT.map(|(table, _)| table)).collect();
        let distinct: BTreeSet<&str> = named.iter().copied().collect();
        assert_eq!(named.len(), distinct.len(), "each is named once");
        assert_eq!(distinct, declared);
    }

    #[test]
    fn every_column_goes_along_or_is_hidden_by_name() {
        let columns: usize = tables().unwrap().iter().map(|one| one.columns.len()).sum();
        let hidden: usize = SCOPES.iter().map(|scope| scope.hidden.len()).sum();
        let left_out: usize = declared()
            .filter(|(name, ..)| LEFT_OUT.iter().any(|(table, _)| table == name))
            .map(|(_, _, columns)| columns.len())
            .sum();
        // Bytes are none of what a cell can hold.
        let bytes = DECLARED.matches("Binary>").count();
        let declared = DECLARED.matches(" -> ").count() - DECLARED.matches("joinable!(").count();
        assert_eq!(columns + hidden + left_out, declared, "{bytes} of bytes");
    }

    #[test]
    fn no_secret_goes_along() {
        for table in tables().unwrap() {
            for column in table.columns {
                let secret = ["password", "token", "private_key"];
                let tells = secret.iter().any(|word| column.name.contains(word));
                assert!(!tells, "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn every_word_of_a_scope_stands_for_something() {
        for scope in &SCOPES {
            let mut sql = scope.rows.to_owned();
            for (set, meaning) in SETS {
                sql = sql.replace(set, meaning);
            }
            let rest = sql.replace(":org", "");
            assert!(!rest.contains(':'), "{}: {rest}", scope.table);
        }
    }
}
