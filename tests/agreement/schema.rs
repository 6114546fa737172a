//! Both databases have the same tables, columns and nullability, and `schema.rs` names all of them;
//! migrations go up, down and up again.
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;
use store::{Conn, db};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

type Tables = BTreeMap<String, BTreeMap<String, bool>>;

fn tables(rows: Vec<Column>) -> Tables {
    let mut tables = Tables::new();
    for row in rows {
        let columns = tables.entry(row.table_name).or_default();
        columns.insert(row.column_name, row.nullable);
    }
    tables.remove("__diesel_schema_migrations");
    tables
}

fn columns(conn: &mut Conn) -> Tables {
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, p.name AS column_name, p.\"notnull\" = 0 AS nullable \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' AS nullable \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    tables(diesel::sql_query(query).load(conn).unwrap())
}

/// What `schema.rs` says, read from its text.
fn declared() -> Tables {
    let mut tables = Tables::new();
    let mut current = None;
    for line in include_str!("../../crates/store/src/schema.rs")
        .lines()
        .map(str::trim)
    {
        if let Some((name, _)) = line
            .strip_suffix(") {")
            .and_then(|line| line.split_once(" ("))
        {
            current = Some(name.to_owned());
        } else if let Some((column, kind)) = line.split_once(" -> ") {
            if let Some(table) = &current {
                let nullable = kind.starts_with("Nullable<");
                let columns = tables.entry(table.clone()).or_default();
                columns.insert(column.to_owned(), nullable);
            }
        } else if line == "}" {
            current = None;
        }
    }
    tables
}

fn up_down_up(conn: &mut Conn) -> Tables {
    assert!(!db::migrate(conn).unwrap().is_empty());
    assert!(db::migrate(conn).unwrap().is_empty());
    let first = columns(conn);
    db::revert_all(conn).unwrap();
    assert_eq!(columns(conn), Tables::new());
    db::migrate(conn).unwrap();
    assert_eq!(columns(conn), first);
    first
}

#[test]
fn both_databases_have_the_declared_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.db");
    let mut sqlite = db::connect(&format!("sqlite://{}", path.display())).unwrap();
    assert_eq!(up_down_up(&mut sqlite), declared());
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL names no server");
        return;
    };
    let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
    let mut admin = db::connect(&url).unwrap();
    diesel::sql_query(format!("CREATE SCHEMA {schema}"))
        .execute(&mut admin)
        .unwrap();
    let joint = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{joint}options=-csearch_path%3D{schema}");
    let mut postgres = db::connect(&url).unwrap();
    assert_eq!(up_down_up(&mut postgres), declared());
    drop(postgres);
    diesel::sql_query(format!("DROP SCHEMA {schema} CASCADE"))
        .execute(&mut admin)
        .unwrap();
}

#[test]
fn migrations_have_the_same_names_in_both_folders() {
    let names = |folder: &str| {
        let path = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
