//! A table as it comes: CSV (RFC 4180, UTF-8) or the first sheet of an XLSX workbook, as rows of text.
use calamine::{Data, Reader as _, Xlsx};
use chrono::NaiveTime;
use csv::{ReaderBuilder, Trim};
use serde::Deserialize;
use std::io::{Cursor, Read};
use store::imports::ROWS_MAX;
use store::{Code, Error, Refusal};

/// What spreadsheets put before UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The most that a workbook unpacks to: what a file claims of itself is not believed.
const UNPACKED_MAX: u64 = 128 * 1024 * 1024;
/// Cells of a row at most; no table here has as many columns.
const CELLS_MAX: usize = 100;

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// RFC 4180 in UTF-8.
    #[default]
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Media {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// The word in paths, in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The media of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.as_str() == word)
    }
}

/// The rows of a table, cells trimmed and as text; the header first.
#[derive(Debug)]
pub struct Sheet {
    /// The header's cells.
    pub header: Vec<String>,
    /// The rows below it, each with its place (from 0) and what could not be read of it.
    pub rows: Vec<Result<Vec<String>, String>>,
}

/// Reads a table.
///
/// # Errors
/// [`Code::ImportRefused`](store::Code::ImportRefused) where it is no table, or too large a one.
pub fn read(media: Media, bytes: &[u8]) -> Result<Sheet, Error> {
    let read = match media {
        Media::Csv => read_csv(bytes),
        Media::Xlsx => read_xlsx(bytes),
    };
    let sheet = read.map_err(|detail| refused(&detail))?;
    if sheet.rows.len() > ROWS_MAX {
        return Err(refused(&format!("A table has at most {ROWS_MAX} rows.")));
    }
    Ok(sheet)
}

fn refused(detail: &str) -> Error {
    Refusal::new(Code::ImportRefused, detail).at("").into()
}

fn read_csv(bytes: &[u8]) -> Result<Sheet, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err("The table is not written in UTF-8.".to_owned());
    };
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = reader
        .headers()
        .map(cells)
        .map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS_MAX + 1) {
        rows.push(match record {
            Ok(record) if record.len() <= CELLS_MAX => Ok(cells(&record)),
            Ok(_) => Err(format!("A row has at most {CELLS_MAX} cells.")),
            Err(error) => Err(error.to_string()),
        });
    }
    Ok(Sheet { header, rows })
}

fn read_xlsx(bytes: &[u8]) -> Result<Sheet, String> {
    const NO_WORKBOOK: &str = "This is no XLSX workbook that can be read.";
    check_unpacked(bytes)?;
    let mut workbook: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| NO_WORKBOOK.to_owned())?;
    let Some(Ok(range)) = workbook.worksheet_range_at(0) else {
        return Err(NO_WORKBOOK.to_owned());
    };
    if range.width() > CELLS_MAX {
        return Err(format!("A row has at most {CELLS_MAX} cells."));
    }
    let mut rows = range.rows();
    let header = match rows.next() {
        Some(cells) => cells.iter().map(text).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let rows: Vec<_> = rows
        .take(ROWS_MAX + 1)
        .map(|cells| cells.iter().map(text).collect::<Result<Vec<_>, _>>())
        .collect();
    // Sheets often end with rows that were once used: they say nothing.
    let filled = |row: &Result<Vec<String>, String>| {
        row.as_ref()
            .map_or(true, |cells| cells.iter().any(|cell| !cell.is_empty()))
    };
    let last = rows.iter().rposition(filled).map_or(0, |at| at + 1);
    Ok(Sheet {
        header,
        rows: rows.into_iter().take(last).collect(),
    })
}

/// Unpacks the workbook's parts into nothing, to see how large they are.
fn check_unpacked(bytes: &[u8]) -> Result<(), String> {
    let broken = |_| "This is no XLSX workbook that can be read.".to_owned();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = UNPACKED_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(broken)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|_| "This is no XLSX workbook that can be read.".to_owned())?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| format!("A workbook unpacks to at most {UNPACKED_MAX} bytes."))?;
    }
    Ok(())
}

/// A cell as its text. XLSX keeps numbers as the shortest decimal that names them, and so are they read.
fn text(cell: &Data) -> Result<String, String> {
    Ok(match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) => {
            let moment = moment
                .as_datetime()
                .ok_or_else(|| "A cell holds a time that is no day.".to_owned())?;
            if moment.time() == NaiveTime::MIN {
                moment.date().to_string()
            } else {
                moment.to_string()
            }
        }
        Data::Error(error) => return Err(format!("A cell holds the error {error}.")),
    })
}
