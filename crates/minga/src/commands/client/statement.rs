//! `minga client statement import`.
use super::{Session, escaped};
use crate::client::at;
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};

/// Which file, and what its columns mean.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// A bank statement: camt.053, OFX, or a table.
    file: PathBuf,
    /// Of a table: what a column means, such as `date=Fecha`, `amount=Importe` or `currency=ARS`; as often as needed.
    /// The API's description of `POST /bank-statements` names all.
    #[arg(long = "column", value_parser = pair)]
    columns: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = parts.ok_or("a column is NAME=COLUMN")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Brings the file; then says what was found in it, and what waits for people.
pub(super) fn import(session: &Session, args: &ImportArgs) -> anyhow::Result<()> {
    let bytes = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let query: Vec<String> = args
        .columns
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let path = format!("/api/v1/bank-statements?{}", query.join("&"));
    let taken = session.client.post_file(&path, media(&args.file), &bytes)?;
    let id = taken.id()?;
    let mut waiting = 0_usize;
    let mut cursor = String::new();
    if session.json {
        println!("{}", taken.body);
    }
    loop {
        let page =
            format!("/api/v1/bank-entries?statement_id={id}&status=unmatched&limit=100{cursor}");
        let page = session.client.get(&page)?;
        for entry in at(&page.body, "items").as_array().into_iter().flatten() {
            waiting = waiting.saturating_add(1);
            if session.json {
                println!("{entry}");
                continue;
            }
            let text = |name: &str| at(entry, name).as_str().unwrap_or_default();
            let left = at(entry, "left");
            println!(
                "{:<12} {:>14} {}  {:<18} {}",
                text("booked_on"),
                at(left, "amount").as_str().unwrap_or_default(),
                at(left, "currency").as_str().unwrap_or_default(),
                text("reason"),
                text("text"),
            );
        }
        match at(&page.body, "next").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    if !session.json {
        let count = |name: &str| at(&taken.body, name).to_string();
        println!(
            "{} movements taken, {} known before, {} pending; {waiting} wait for people",
            count("entries"),
            count("known"),
            count("pending"),
        );
    }
    Ok(())
}

/// The media type that a file's name stands for; the server looks at its beginning.
fn media(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|name| name.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("xml") => "application/xml",
        Some("ofx" | "qfx") => "application/x-ofx",
        _ => "text/csv",
    }
}
