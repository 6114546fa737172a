//! Files for other programs to judge, and what we read in theirs.
//!
//! * `books write FOLDER` writes a journal in every format, and a payment run.
//! * `books stream FORMAT ENTRIES` writes a journal of any length to standard output.
//! * `books read camt|ofx FILE` prints each movement of a statement: id, day, amount, end-to-end id.
mod journal;
mod payments;

use accounting::payments::{bank_csv, pain001};
use accounting::statements::{read_camt, read_ofx};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// Whatever went wrong.
type Failure = Box<dyn std::error::Error>;

/// Entries of the journal that is written to files: some in every currency, with every name.
const ENTRIES: i64 = 2_000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", folder] => write(Path::new(folder)),
        ["stream", format, count] => {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
            journal::write(format, count.parse()?, &mut out)?;
            Ok(out.flush()?)
        }
        ["read", kind, file] => read(kind, &fs::read(file)?),
        _ => Err("usage: books write FOLDER | stream FORMAT ENTRIES | read camt|ofx FILE".into()),
    }
}

fn write(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    for (name, format) in journal::FILES {
        let mut out = BufWriter::new(File::create(folder.join(name))?);
        journal::write(format, ENTRIES, &mut out)?;
        out.flush()?;
    }
    let run = payments::run()?;
    fs::write(folder.join("payment-run.xml"), pain001(&run)?.bytes)?;
    fs::write(folder.join("payment-run.csv"), bank_csv(&run)?.bytes)?;
    Ok(())
}

fn read(kind: &str, bytes: &[u8]) -> Result<(), Failure> {
    let statements = match kind {
        "camt" => read_camt(bytes)?,
        "ofx" => read_ofx(bytes)?,
        _ => return Err(format!("{kind} is not a kind of statement").into()),
    };
    let mut out = io::stdout().lock();
    for entry in statements.iter().flat_map(|statement| &statement.entries) {
        let end_to_end = entry.end_to_end.as_deref().unwrap_or("-");
        writeln!(
            out,
            "{} {} {} {end_to_end}",
            entry.id, entry.date, entry.amount
        )?;
    }
    Ok(())
}
