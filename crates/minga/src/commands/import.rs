//! `minga import TABLE FILE`: a table through a running server. All rows or none.
use super::job;
use crate::cli::{ImportArgs, TableName};
use crate::client::{Client, Response, at, refusal};
use anyhow::Context;
use api::tables::{errors_file, sheet::Media};
use serde_json::Value;
use std::path::Path;
use std::process::ExitCode;
use store::error::FieldError;

/// Imports the file; refused rows are written to `--errors`, exit code 1.
///
/// # Errors
/// Where the file cannot be read or the server gives no answer.
pub fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let file = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let client = Client::new(&args.server.server).with_token(args.server.token.clone());
    let response = send(
        &client,
        args.table,
        (media(&args.file).mime(), &file),
        args.dry_run,
    )?;
    if response.status == 202 {
        return follow(&client, args, &response);
    }
    if response.status < 400 {
        println!("{}", response.body);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("refused ({}): {}", response.status, refusal(&response.body));
    if let Some(path) = &args.errors {
        let text = errors(&response.body)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("the rows' errors are in {}", path.display());
    }
    Ok(ExitCode::FAILURE)
}

/// XLSX where the file's name ends so, else CSV.
pub fn media(file: &Path) -> Media {
    let ending = file.extension().and_then(|ending| ending.to_str());
    let ending = ending.map(str::to_ascii_lowercase);
    ending.as_deref().and_then(Media::parse).unwrap_or_default()
}

/// Sends a table: its media type and its bytes.
///
/// # Errors
/// Where the server gives no answer.
pub fn send(
    client: &Client,
    table: TableName,
    file: (&str, &[u8]),
    dry_run: bool,
) -> anyhow::Result<Response> {
    let path = format!("/api/v1/tables/{}/imports?dry_run={dry_run}", table.word());
    client.send("POST", &path, None, Some(file))
}

/// Waits for the import's job, with a bar on a terminal.
fn follow(client: &Client, args: &ImportArgs, accepted: &Response) -> anyhow::Result<ExitCode> {
    let import = job::wait(client, &accepted.id()?, "rows read")?;
    println!("{}", import.body);
    if import.text("/status")? == "done" {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "{} errors; nothing was imported",
        at(&import.body, "fault_count")
    );
    if let Some(path) = &args.errors {
        let file = client.download(&format!("/api/v1/imports/{}/errors", import.id()?))?;
        std::fs::write(path, file).with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("the rows' errors are in {}", path.display());
    }
    Ok(ExitCode::FAILURE)
}

/// The errors of a refusal as a table.
fn errors(problem: &Value) -> anyhow::Result<Vec<u8>> {
    let text = |error: &Value, name: &str| at(error, name).as_str().unwrap_or_default().to_owned();
    let faults: Vec<FieldError> = at(problem, "errors")
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| FieldError {
            pointer: text(error, "pointer"),
            detail: text(error, "detail"),
        })
        .collect();
    Ok(errors_file(&faults)?)
}
