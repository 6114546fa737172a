//! `minga import TABLE FILE`: a table through a running server. All rows or none.
use crate::cli::{ImportArgs, TableName};
use crate::client::{Client, Response, at, refusal};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// How long after one look at a job the next follows.
const PAUSE: Duration = Duration::from_millis(300);

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
        (media_type(&args.file), &file),
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
pub fn media_type(file: &Path) -> &'static str {
    let xlsx = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if xlsx { XLSX } else { CSV }
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
    let job = format!("/api/v1/jobs/{}", accepted.id()?);
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} rows read, {elapsed}",
    )?);
    let import = loop {
        let state = client.get(&job)?;
        let number = |name: &str| at(&state.body, name).as_u64().unwrap_or_default();
        bar.set_length(number("total"));
        bar.set_position(number("done"));
        if matches!(state.text("/status")?, "done" | "failed") {
            break client.get(state.text("/subject")?)?;
        }
        std::thread::sleep(PAUSE);
    };
    bar.finish_and_clear();
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

/// `row,column,error`, RFC 4180. A pointer is `/rows/ROW/COLUMN`.
fn errors(problem: &Value) -> anyhow::Result<String> {
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
    Ok(text)
}
