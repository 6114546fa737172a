//! `minga export-all FILE`: everything that an organisation has on file, from a running server.
use super::job;
use crate::cli::ExportAllArgs;
use crate::client::Client;
use anyhow::{Context, bail};
use std::fs::File;
use std::process::ExitCode;

/// Asks for the package, waits for it and writes the file.
///
/// # Errors
/// A refusal, no answer, or a file that cannot be written.
pub fn run(args: &ExportAllArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.server.server).with_token(args.server.token.clone());
    let asked = client.act("/api/v1/exports", "")?;
    let export = job::wait(&client, &asked.id()?, "tables")?;
    if export.text("/status")? != "done" {
        bail!("the package could not be written: {}", export.body);
    }
    let mut file = File::create(&args.file)
        .with_context(|| format!("cannot write {}", args.file.display()))?;
    client.download_into(export.text("/file")?, &mut file)?;
    println!("{}", export.body);
    Ok(ExitCode::SUCCESS)
}
