//! `minga export TABLE FILE`: what an organisation has on file, from a running server.
use super::import::media;
use crate::cli::ExportArgs;
use crate::client::Client;
use anyhow::Context;
use std::process::ExitCode;

/// Writes the file.
///
/// # Errors
/// A refusal, no answer, or a file that cannot be written.
pub fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.server.server).with_token(args.server.token.clone());
    let format = media(&args.file).as_str();
    let path = format!("/api/v1/tables/{}?format={format}", args.table.word());
    let file = client.download(&path)?;
    std::fs::write(&args.file, file)
        .with_context(|| format!("cannot write {}", args.file.display()))?;
    Ok(ExitCode::SUCCESS)
}
