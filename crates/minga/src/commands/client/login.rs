//! `minga client login`.
use super::account::Account;
use crate::config::client_file;
use anyhow::Context;
use clap::Args;
use secrecy::SecretString;
use std::path::PathBuf;

/// Who logs in.
#[derive(Args, Debug)]
pub(super) struct LoginArgs {
    /// The machine's id.
    #[arg(long, env = "MINGA_CLIENT_ID")]
    client_id: String,
    /// The machine's secret; on the command line others could see it.
    #[arg(
        long,
        env = "MINGA_CLIENT_SECRET",
        hide_env_values = true,
        hide = true,
        conflicts_with = "client_secret_file"
    )]
    client_secret: Option<SecretString>,
    /// A file whose first line is the machine's secret; the environment's `MINGA_CLIENT_SECRET` or standard input
    /// where it is left out.
    #[arg(long)]
    client_secret_file: Option<PathBuf>,
}

pub(super) fn run(args: &LoginArgs, server: Option<&str>) -> anyhow::Result<()> {
    let account = Account {
        server: server
            .unwrap_or("http://127.0.0.1:8080")
            .trim_end_matches('/')
            .to_owned(),
        client_id: args.client_id.clone(),
        client_secret: secret(args)?,
    };
    account.client(None)?;
    let file = client_file()?;
    account.keep(&file)?;
    eprintln!(
        "logged in at {}; kept in {}",
        account.server,
        file.display()
    );
    Ok(())
}

fn secret(args: &LoginArgs) -> anyhow::Result<SecretString> {
    if let Some(secret) = &args.client_secret {
        return Ok(secret.clone());
    }
    let text = match &args.client_secret_file {
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?,
        None => std::io::read_to_string(std::io::stdin()).context("cannot read the secret")?,
    };
    let first = text.lines().next().unwrap_or_default().trim();
    Ok(first.to_owned().into())
}
