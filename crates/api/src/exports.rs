//! The package of an export: a ZIP with a Frictionless Data Package (`datapackage.json`, a CSV for each table)
//! and the files that belong to the rows.
use crate::files::{Files, known};
use crate::tables::neutral;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use store::exports::package::{self, Column, Holds, Table};
use store::exports::{self, MEDIA_TYPE};
use store::fulfilment::artworks::StoredFile;
use store::ids::{ExportId, OrganisationId};
use store::sql::Time;
use store::{Conn, Error};
use zip::write::SimpleFileOptions;

/// Why a package could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unpacked {
    /// The rows could not be read.
    #[error("the rows could not be read: {0}")]
    Rows(#[from] Error),
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    File(#[from] std::io::Error),
    /// The archive could not be written.
    #[error("the archive could not be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// A table could not be written.
    #[error("a table could not be written: {0}")]
    Table(#[from] csv::Error),
}

type Archive<'f> = zip::ZipWriter<BufWriter<&'f mut File>>;

/// Writes the package of an organisation and keeps it among the files. The rows are of one moment in a
/// [`store::Db::snapshot`].
///
/// # Errors
/// [`Unpacked`].
pub fn write(
    conn: &mut Conn,
    files: &Files,
    (id, of): (ExportId, OrganisationId),
    now: Time,
) -> Result<StoredFile, Unpacked> {
    files.keep_written(MEDIA_TYPE, |file| {
        let mut archive = zip::ZipWriter::new(BufWriter::new(file));
        let options = SimpleFileOptions::default().large_file(true);
        let tables = package::tables()?;
        archive.start_file("datapackage.json", options)?;
        archive.write_all(description(&tables, id, now).to_string().as_bytes())?;
        for table in &tables {
            archive.start_file(path(table), options)?;
            fill(conn, table, of, &mut archive)?;
        }
        for (name, stored) in exports::files(conn, of)? {
            let (_, ending) = known(&stored.media_type).unwrap_or(("", "bin"));
            match files.open(&stored) {
                Ok(mut file) => {
                    archive.start_file(format!("files/{name}.{ending}"), options)?;
                    std::io::copy(&mut file, &mut archive)?;
                }
                // It does not keep the rest from its owner.
                Err(error) => tracing::error!(%error, name, "a file that is on record is missing"),
            }
        }
        archive.finish()?.flush()?;
        Ok(())
    })
}

fn path(table: &Table) -> String {
    format!("data/{}.csv", table.name)
}

fn fill(
    conn: &mut Conn,
    table: &Table,
    of: OrganisationId,
    archive: &mut Archive<'_>,
) -> Result<(), Unpacked> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(archive);
    writer.write_record(table.columns.iter().map(|column| column.name))?;
    let mut wrong = None;
    package::rows(conn, table, of, &mut |cells| {
        let cells = table.columns.iter().zip(cells);
        let record = cells.map(|(column, cell)| match column.holds {
            Holds::Text | Holds::Json => neutral(&cell.unwrap_or_default()),
            _ => cell.unwrap_or_default(),
        });
        match writer.write_record(record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                wrong = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    writer.flush()?;
    wrong.map_or(Ok(()), |error| Err(error.into()))
}

/// `datapackage.json`, by the Data Package standard.
fn description(tables: &[Table], id: ExportId, now: Time) -> Value {
    let left_out: Vec<String> = package::left_out()
        .iter()
        .map(|(table, why)| format!("{table} ({why})"))
        .collect();
    let resources: Vec<Value> = tables
        .iter()
        .map(|table| {
            let fields: Vec<Value> = table.columns.iter().map(field).collect();
            json!({
                "name": table.name,
                "path": path(table),
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "primaryKey": table.key, "missingValues": [""]},
            })
        })
        .collect();
    json!({
        "name": "minga-export",
        "id": id.to_string(),
        "profile": "tabular-data-package",
        "title": "Everything that an organisation has on file",
        "description": format!(
            "Amounts (_minor) are in minor units of the row's currency, quantities and rates (_micro) in millionths, \
             exchange rates (_pico) in 10^-12. Moments are in UTC. A text that a spreadsheet would compute has an \
             apostrophe before it. Artwork and proofs are in files/. Not in the package: {}.",
            left_out.join(", ")
        ),
        "created": now.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "resources": resources,
    })
}

fn field(column: &Column) -> Value {
    let (kind, format) = match column.holds {
        Holds::Id => ("string", "uuid"),
        Holds::Text => ("string", "default"),
        Holds::Whole => ("integer", "default"),
        Holds::Bool => ("boolean", "default"),
        Holds::Date => ("date", "default"),
        Holds::Instant => ("datetime", "any"),
        Holds::Json => ("any", "default"),
    };
    // An empty text is no value: the two are one in CSV.
    let required = !column.optional && column.holds != Holds::Text;
    json!({
        "name": column.name,
        "type": kind,
        "format": format,
        "constraints": {"required": required},
    })
}
