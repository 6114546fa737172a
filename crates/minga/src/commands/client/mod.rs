//! `minga client …`: for integrators, over HTTP, as a machine of an organisation. What it prints is for people, or JSON
//! a line for programs (`--json`); what went wrong is in the exit code.
mod account;
mod invoices;
mod journal;
mod login;
mod orders;
mod statement;

use crate::client::{Client, Refused};
use clap::{Args, Subcommand};
use std::io::IsTerminal;
use std::process::ExitCode;

/// The help's last lines, which the README repeats.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 something else went wrong; 2 the command line is wrong; \
3 nobody is logged in, or the server does not know the machine (any more); 4 the machine may not do this; \
5 the server refused the request; 6 the server cannot be reached or has no time: try again later.";

/// A machine at a server.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub struct ClientArgs {
    /// Print JSON, one thing a line, for programs.
    #[arg(long, global = true)]
    json: bool,
    /// The server: to log in to, or with a token.
    #[arg(long, env = "MINGA_SERVER", global = true)]
    server: Option<String>,
    /// An access token, instead of asking for one with the account.
    #[arg(long, env = "MINGA_TOKEN", hide_env_values = true, global = true)]
    token: Option<secrecy::SecretString>,
    /// What to do.
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Check the machine's id and secret, and keep them for the other commands.
    Login(login::LoginArgs),
    /// List the organisation's orders.
    #[command(after_help = EXIT_CODES)]
    Orders(orders::OrdersArgs),
    /// The organisation's invoices.
    #[command(subcommand)]
    Invoices(Invoices),
    /// Write the organisation's journal as a file for an accounting program.
    #[command(after_help = EXIT_CODES)]
    Export(journal::ExportArgs),
    /// The organisation's bank statements.
    #[command(subcommand)]
    Statement(Statement),
}

#[derive(Subcommand, Debug)]
enum Statement {
    /// Bring a file from the bank; what could not be matched with an invoice is listed.
    #[command(after_help = EXIT_CODES)]
    Import(statement::ImportArgs),
}

#[derive(Subcommand, Debug)]
enum Invoices {
    /// Fetch the invoices and credit notes that were issued or changed since a cursor of the change feed; the last
    /// line is the cursor to go on from.
    #[command(after_help = EXIT_CODES)]
    Fetch(invoices::FetchArgs),
}

/// How a command prints, and whom it talks to.
struct Session {
    client: Client,
    json: bool,
}

/// Runs the command; what went wrong is printed here.
///
/// # Errors
/// None: they are exit codes.
pub fn run(args: &ClientArgs) -> anyhow::Result<ExitCode> {
    let done = match &args.act {
        Act::Login(login) => login::run(login, args.server.as_deref()),
        Act::Orders(orders) => session(args).and_then(|session| orders::run(&session, orders)),
        Act::Invoices(Invoices::Fetch(fetch)) => {
            session(args).and_then(|session| invoices::fetch(&session, fetch))
        }
        Act::Export(export) => session(args).and_then(|session| journal::export(&session, export)),
        Act::Statement(Statement::Import(import)) => {
            session(args).and_then(|session| statement::import(&session, import))
        }
    };
    let Err(error) = done else {
        return Ok(ExitCode::SUCCESS);
    };
    eprintln!("minga: {error:#}");
    Ok(ExitCode::from(code_of(&error)))
}

fn session(args: &ClientArgs) -> anyhow::Result<Session> {
    let client = match &args.token {
        Some(token) => {
            let server = args.server.as_deref().unwrap_or("http://127.0.0.1:8080");
            Client::new(server).with_token(token.clone())
        }
        None => account::Account::kept()?.client(args.server.as_deref())?,
    };
    Ok(Session {
        client,
        json: args.json,
    })
}

/// No account is kept.
#[derive(Debug)]
struct NotLoggedIn;

impl std::fmt::Display for NotLoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody is logged in: minga client login --server URL --client-id ID")
    }
}

impl std::error::Error for NotLoggedIn {}

fn code_of(error: &anyhow::Error) -> u8 {
    if error.downcast_ref::<NotLoggedIn>().is_some() {
        return 3;
    }
    if let Some(refused) = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Refused>())
    {
        return match refused.status {
            401 => 3,
            403 => 4,
            429 | 500.. => 6,
            _ => 5,
        };
    }
    let away = error.chain().any(|cause| cause.is::<ureq::Error>());
    if away { 6 } else { 1 }
}

/// Says how far a long command is, to a person at a terminal only.
fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{line}");
    }
}

/// Ends what [`progress`] said.
fn progress_ended() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

/// A word as it stands in a query string: what is not plain is written by its bytes.
fn escaped(word: &str) -> String {
    word.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
