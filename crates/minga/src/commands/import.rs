//! `minga import catalogue FILE`: a co-operative's catalogue through a running server. All rows or none.
use crate::cli::ImportArgs;
use crate::client::{Client, Response, at, refusal};
use anyhow::Context;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

/// Imports the file; refused rows are written to `--errors` (or to standard error), exit code 1.
///
/// # Errors
/// Where the file cannot be read or the server gives no answer.
pub fn catalogue(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let file = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let progress = indicatif::ProgressBar::new_spinner();
    progress.set_message(format!("{} lines to {}", file.lines().count(), args.server));
    let client = Client::new(&args.server).with_token(args.token.clone());
    let response = send(&client, &file, args.dry_run)?;
    progress.finish_and_clear();
    if response.status < 400 {
        println!("{}", response.body);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("refused ({}): {}", response.status, refusal(&response.body));
    if let Some(path) = &args.errors {
        write_errors(path, &response.body)?;
        eprintln!("the rows' errors are in {}", path.display());
    }
    Ok(ExitCode::FAILURE)
}

/// Sends a catalogue.
///
/// # Errors
/// Where the server gives no answer.
pub fn send(client: &Client, file: &str, dry_run: bool) -> anyhow::Result<Response> {
    let path = format!("/api/v1/imports/catalogue?dry_run={dry_run}");
    client.send("POST", &path, None, Some(("text/csv", file)))
}

/// `row,column,error`, RFC 4180. A pointer is `/rows/ROW/COLUMN`.
fn write_errors(path: &Path, problem: &Value) -> anyhow::Result<()> {
    let mut text = "row,column,error\r\n".to_owned();
    for error in at(problem, "errors").as_array().into_iter().flatten() {
        let pointer = at(error, "pointer").as_str().unwrap_or_default();
        let mut parts = pointer.trim_start_matches("/rows/").splitn(2, '/');
        let row = parts.next().unwrap_or_default();
        let column = parts.next().unwrap_or_default();
        let detail = at(error, "detail")
            .as_str()
            .unwrap_or_default()
            .replace('"', "\"\"");
        write!(text, "{row},{column},\"{detail}\"\r\n")?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
