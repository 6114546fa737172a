//! One module a command.
pub mod bootstrap;
pub mod check;
pub mod client;
pub mod compute;
pub mod demo;
pub mod export;
pub mod export_all;
pub mod import;
mod job;
pub mod openapi;
pub mod serve;
pub mod work;

use crate::cli::Command;
use crate::config::DatabaseArgs;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// What stopped it, as a chain of sentences.
pub fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(&args),
        Command::Migrate(args) => migrate(&args),
        Command::Bootstrap(args) => bootstrap::run(&args),
        Command::Work(args) => work::run(&args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Price(args) => compute::run(compute::Function::Price, &args.request),
        Command::Share(args) => compute::run(compute::Function::Share, &args.request),
        Command::Review(args) => compute::run(compute::Function::Review, &args.request),
        Command::Match(args) => compute::run(compute::Function::Match, &args.request),
        Command::Import(args) => import::run(&args),
        Command::Check(args) => check::run(&args),
        Command::ExportAll(args) => export_all::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Client(args) => client::run(&args),
        Command::Demo(args) => demo::run(&args),
    }
}

fn migrate(args: &DatabaseArgs) -> anyhow::Result<ExitCode> {
    use secrecy::ExposeSecret;
    let mut conn = store::db::connect(args.url()?.expose_secret())?;
    let names = store::db::migrate(&mut conn)?;
    for name in &names {
        println!("{name}");
    }
    println!(
        "{} migrations ran; the database is up to date.",
        names.len()
    );
    Ok(ExitCode::SUCCESS)
}
