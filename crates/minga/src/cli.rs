//! The command line.
use crate::commands::client::ClientArgs;
use crate::config::{DatabaseArgs, FilesArgs, MailArgs, ServeArgs, WebhookArgs};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Procurement between unions and recovered factories, at a solidarity price.
#[derive(Parser, Debug)]
#[command(name = "minga", version, args_override_self = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve the REST API.
    Serve(ServeArgs),
    /// Tell the main job's story on an empty database, and leave the server running.
    Demo(DemoArgs),
    /// Bring the database up to date.
    Migrate(DatabaseArgs),
    /// Make the operator's account, once.
    Bootstrap(BootstrapArgs),
    /// Carry out what the outbox holds and let deadlines pass, once.
    Work(WorkArgs),
    /// Print the OpenAPI document.
    Openapi(OpenapiArgs),
    /// Compute a solidarity price; needs no database.
    Price(RequestArgs),
    /// Share a pool's extra by ability to pay; needs no database.
    Share(RequestArgs),
    /// Review a price; needs no database.
    Review(RequestArgs),
    /// Match needs with capacity; needs no database.
    Match(RequestArgs),
    /// Import a table through a running server: all rows or none.
    Import(ImportArgs),
    /// Export a table from a running server.
    Export(ExportArgs),
    /// Ask a database whether all that must hold of it does: exit 1 with the list of what does not.
    Check(CheckArgs),
    /// Take everything along that an organisation has on file on a running server, as an admin.
    ExportAll(ExportAllArgs),
    /// Follow an organisation at a running server, as a machine of it: for integrators.
    Client(ClientArgs),
}

/// A request in JSON.
#[derive(Args, Debug)]
pub struct RequestArgs {
    /// The request, or `-` for standard input.
    pub request: PathBuf,
}

/// The demo.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// The folder of the demo's own, new database.
    #[arg(long, default_value = "minga-data/demo")]
    pub data_dir: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// Stop after the story: exit 0 only if every step held.
    #[arg(long)]
    pub exit: bool,
}

/// The operator.
#[derive(Args, Debug)]
pub struct BootstrapArgs {
    /// Which database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The operator's e-mail.
    #[arg(long)]
    pub email: String,
    /// The person's name.
    #[arg(long)]
    pub name: String,
    /// The name of the organisation that operates the platform.
    #[arg(long, default_value = "Operator")]
    pub organisation: String,
    /// ISO 3166 alpha-2.
    #[arg(long, default_value = "AR")]
    pub country: String,
    /// es, en or pt.
    #[arg(long, default_value = "en")]
    pub language: String,
    /// A file whose first line is the password.
    #[arg(long)]
    pub password_file: PathBuf,
}

/// The worker, once.
#[derive(Args, Debug)]
pub struct WorkArgs {
    /// Which database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// How messages leave.
    #[command(flatten)]
    pub mail: MailArgs,
    /// Where files lie.
    #[command(flatten)]
    pub files: FilesArgs,
    /// Where webhooks may go.
    #[command(flatten)]
    pub webhooks: WebhookArgs,
    /// Where people reach the server.
    #[arg(
        long,
        env = "MINGA_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub public_url: String,
    /// Pretend that it is this time (RFC 3339): to rehearse deadlines on a copy.
    #[arg(long)]
    pub at: Option<chrono::DateTime<chrono::Utc>>,
}

/// The document.
#[derive(Args, Debug)]
pub struct OpenapiArgs {
    /// JSON instead of YAML.
    #[arg(long)]
    pub json: bool,
    /// As OpenAPI 3.0.3, for generators that do not read 3.1; always JSON.
    #[arg(long)]
    pub older: bool,
}

/// A table that is imported or exported.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum TableName {
    /// A co-operative's listings, with their capacity.
    Catalogue,
    /// A buyer's needs, a line a row.
    Needs,
    /// Prices seen on the market.
    MarketQuotes,
    /// What a buyer buys today, and from whom.
    Baseline,
}

impl TableName {
    /// The word in paths.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Needs => "needs",
            Self::MarketQuotes => "market-quotes",
            Self::Baseline => "baseline",
        }
    }
}

/// Where the server is, and who asks.
#[derive(Args, Debug)]
pub struct ServerArgs {
    /// The server.
    #[arg(long, env = "MINGA_SERVER", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// An access token of somebody with the mandate.
    #[arg(long, env = "MINGA_TOKEN", hide_env_values = true)]
    pub token: secrecy::SecretString,
}

/// An import through a running server.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// Into what.
    pub table: TableName,
    /// The file: XLSX where its name ends so, else CSV.
    pub file: PathBuf,
    /// Where the server is, and who asks.
    #[command(flatten)]
    pub server: ServerArgs,
    /// Check only; nothing is imported.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the rows' errors here, as CSV.
    #[arg(long)]
    pub errors: Option<PathBuf>,
}

/// A check of a database.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// An export of everything.
#[derive(Args, Debug)]
pub struct ExportAllArgs {
    /// The file: a ZIP.
    pub file: PathBuf,
    /// Where the server is, and who asks.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// An export from a running server.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Of what.
    pub table: TableName,
    /// The file: XLSX where its name ends so, else CSV.
    pub file: PathBuf,
    /// Where the server is, and who asks.
    #[command(flatten)]
    pub server: ServerArgs,
}
