//! `minga work`: one pass of the worker.
use crate::cli::WorkArgs;
use crate::worker::Worker;
use api::files::Files;
use std::process::ExitCode;
use store::sql::Time;

/// Runs one pass.
///
/// # Errors
/// Where the database or the mail configuration does not work.
pub fn run(args: &WorkArgs) -> anyhow::Result<ExitCode> {
    let worker = Worker {
        db: args.database.open()?,
        mailer: args.mail.mailer(&args.database.data_dir)?,
        public_url: args.public_url.clone(),
        files: Files::new(args.files.folder(&args.database.data_dir)),
        webhooks: args.webhooks.sender(),
    };
    let now = args.at.map_or_else(Time::now, Time::from);
    let done = tokio::runtime::Runtime::new()?.block_on(worker.pass(now))?;
    println!("{done} entries of the outbox carried out.");
    Ok(ExitCode::SUCCESS)
}
