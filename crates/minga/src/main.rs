//! Minga: a procurement marketplace between unions and recovered factories.
use clap::Parser;
use minga::cli::Cli;
use std::path::Path;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse_from(with_file(std::env::args().collect())?);
    minga::commands::run(cli.command)
}

/// `--config FILE` anywhere stands for the flags that the file holds.
fn with_file(mut arguments: Vec<String>) -> anyhow::Result<Vec<String>> {
    let Some(at) = arguments.iter().position(|argument| argument == "--config") else {
        return Ok(arguments);
    };
    let mut taken = arguments.drain(at..(at + 2).min(arguments.len()));
    let file = taken.nth(1);
    drop(taken);
    let Some(file) = file else {
        anyhow::bail!("--config needs a file");
    };
    let flags = minga::config::flags_of_file(Path::new(&file), &arguments, |variable| {
        std::env::var_os(variable).is_some()
    })?;
    arguments.extend(flags);
    Ok(arguments)
}
