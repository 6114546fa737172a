//! `minga price | share | review | match`: pure functions of a JSON request, no database. A success
//! prints one JSON object and exits 0; a refusal prints `{"code", "field", "message"}` on standard
//! error and exits 1.
use anyhow::Context;
use serde::Serialize;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Which function.
#[derive(Clone, Copy, Debug)]
pub enum Function {
    /// The solidarity price.
    Price,
    /// A pool's shares.
    Share,
    /// A price review.
    Review,
    /// A matching.
    Match,
}

/// Reads the request (`-`: standard input) and prints the answer.
///
/// # Errors
/// Where the file cannot be read; a refusal is no error but exit code 1.
pub fn run(function: Function, file: &Path) -> anyhow::Result<ExitCode> {
    let request = read(file)?;
    let answer = match function {
        Function::Price => written(pricing::price_json(&request)),
        Function::Share => written(pricing::share_json(&request)),
        Function::Review => written(pricing::review_json(&request)),
        Function::Match => match matching::plan_json(&request) {
            Ok(plan) => Ok(plan),
            Err(refusal) => Err(serde_json::to_string(&refusal)?),
        },
    };
    Ok(match answer {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            eprintln!("{refusal}");
            ExitCode::FAILURE
        }
    })
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn written<A: Serialize, E: Serialize>(result: Result<A, E>) -> Result<String, String> {
    let write = |value: Result<String, serde_json::Error>| {
        value.unwrap_or_else(|error| format!("{{\"code\":\"internal\",\"message\":\"{error}\"}}"))
    };
    match result {
        Ok(answer) => Ok(write(serde_json::to_string_pretty(&answer))),
        Err(refusal) => Err(write(serde_json::to_string(&refusal))),
    }
}
