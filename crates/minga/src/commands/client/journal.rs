//! `minga client export`.
use super::{Session, escaped};
use anyhow::Context;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Which months, in which form, where to.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// hledger (ledger reads it too), beancount, csv, csv-rules, gnucash, gnucash-accounts or ofx.
    #[arg(long)]
    format: String,
    /// From this month on: `2026-11`.
    #[arg(long)]
    from: Option<String>,
    /// Up to this month.
    #[arg(long)]
    to: Option<String>,
    /// The currency of an ofx file.
    #[arg(long)]
    currency: Option<String>,
    /// The file to write, which appears whole; standard output where it is left out.
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Writes the organisation's journal as the server makes it, byte for byte.
pub(super) fn export(session: &Session, args: &ExportArgs) -> anyhow::Result<()> {
    let mut path = format!("/api/v1/journal?format={}", escaped(&args.format));
    for (name, value) in [
        ("from", &args.from),
        ("to", &args.to),
        ("currency", &args.currency),
    ] {
        if let Some(value) = value {
            path += &format!("&{name}={}", escaped(value));
        }
    }
    let Some(file) = &args.output else {
        let mut out = std::io::stdout().lock();
        session.client.download_into(&path, &mut out)?;
        return Ok(out.flush()?);
    };
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let cannot = || format!("cannot write {}", file.display());
    let mut fresh = NamedTempFile::new_in(folder).with_context(cannot)?;
    session.client.download_into(&path, &mut fresh)?;
    fresh.persist(file).with_context(cannot)?;
    Ok(())
}
