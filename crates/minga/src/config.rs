//! Configuration: flags, environment and a TOML file, in this order of precedence. Secrets are never
//! printed. Nothing else in the program reads the environment.
use crate::webhooks::WebhookSender;
use anyhow::{Context, bail};
use clap::Args;
use mail::{
    DkimAlgorithm, DkimKey, EmailAddress, Mailer, Sender, SmtpConfig, SmtpCredentials, SmtpSecurity,
};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// `sqlite://PATH` or `postgres://…`; without it, `minga.db` in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// The folder of the embedded database.
    #[arg(long, env = "MINGA_DATA_DIR", default_value = "minga-data")]
    pub data_dir: PathBuf,
}

impl DatabaseArgs {
    /// The database's address; makes the data folder where the embedded database goes there.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn url(&self) -> anyhow::Result<SecretString> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        std::fs::create_dir_all(&self.data_dir)
            .with_context(|| format!("cannot make the data folder {}", self.data_dir.display()))?;
        let path = self.data_dir.join("minga.db");
        Ok(format!("sqlite://{}", path.display()).into())
    }

    /// Opens and migrates the database.
    ///
    /// # Errors
    /// Where it cannot be reached or migrated.
    pub fn open(&self) -> anyhow::Result<store::Db> {
        Ok(store::Db::open(self.url()?.expose_secret())?)
    }
}

/// The file in which `minga client` keeps its account: `MINGA_CLIENT_FILE`, or `minga/client.toml` in the folder where
/// people's programs keep their configuration.
///
/// # Errors
/// Where the environment names no home.
pub fn client_file() -> anyhow::Result<PathBuf> {
    let folder = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    if let Some(file) = folder("MINGA_CLIENT_FILE") {
        return Ok(file);
    }
    let configuration = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .context("neither XDG_CONFIG_HOME nor HOME is set: set MINGA_CLIENT_FILE")?;
    Ok(configuration.join("minga").join("client.toml"))
}

/// How messages leave.
#[derive(Args, Clone, Debug)]
pub struct MailArgs {
    /// Whom messages come from.
    #[arg(
        long,
        env = "MINGA_MAIL_FROM",
        default_value = "minga@localhost.localdomain"
    )]
    pub mail_from: String,
    /// The mail server: `smtp://HOST:PORT`, `starttls://HOST:PORT` or `smtps://HOST:PORT`.
    /// Without it, messages are put into the folder `mail` of the data folder.
    #[arg(long, env = "MINGA_SMTP_URL")]
    pub smtp_url: Option<String>,
    /// The account at the mail server.
    #[arg(long, env = "MINGA_SMTP_USER")]
    pub smtp_user: Option<String>,
    /// Its password.
    #[arg(long, env = "MINGA_SMTP_PASSWORD", hide_env_values = true)]
    pub smtp_password: Option<SecretString>,
    /// Sign messages: `SELECTOR:DOMAIN:FILE`, the file an RSA key in PKCS#1 PEM.
    #[arg(long, env = "MINGA_DKIM")]
    pub dkim: Option<String>,
}

/// A mail server that does not answer within this is tried again later.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

impl MailArgs {
    /// The mailer that is configured; `data_dir` takes the messages where no server is.
    ///
    /// # Errors
    /// Where the configuration cannot work.
    pub fn mailer(&self, data_dir: &Path) -> anyhow::Result<Mailer> {
        let sender = Sender {
            name: "Minga".to_owned(),
            address: EmailAddress::parse(&self.mail_from).context("--mail-from")?,
        };
        let mailer = match &self.smtp_url {
            None => Mailer::folder(sender, &data_dir.join("mail")),
            Some(url) => Mailer::smtp(sender, &self.smtp(url)?)?,
        };
        match &self.dkim {
            None => Ok(mailer),
            Some(dkim) => Ok(mailer.signed(&dkim_key(dkim)?)?),
        }
    }

    fn smtp(&self, url: &str) -> anyhow::Result<SmtpConfig> {
        let (scheme, rest) = url.split_once("://").context("--smtp-url: no scheme")?;
        let security = match scheme {
            "smtp" => SmtpSecurity::Plain,
            "starttls" => SmtpSecurity::StartTls,
            "smtps" => SmtpSecurity::Tls,
            _ => bail!("--smtp-url: the scheme is smtp, starttls or smtps"),
        };
        let (host, port) = rest.rsplit_once(':').context("--smtp-url: no port")?;
        let credentials = match (&self.smtp_user, &self.smtp_password) {
            (Some(user), Some(password)) => Some(SmtpCredentials {
                user: user.clone(),
                password: password.clone(),
            }),
            (None, None) => None,
            _ => bail!("--smtp-user and --smtp-password go together"),
        };
        Ok(SmtpConfig {
            host: host.to_owned(),
            port: port.parse().context("--smtp-url: the port")?,
            security,
            credentials,
            hello_name: None,
            trusted_certificate: None,
            timeout: SMTP_TIMEOUT,
        })
    }
}

fn dkim_key(text: &str) -> anyhow::Result<DkimKey> {
    let mut parts = text.splitn(3, ':');
    let (Some(selector), Some(domain), Some(file)) = (parts.next(), parts.next(), parts.next())
    else {
        bail!("--dkim is SELECTOR:DOMAIN:FILE");
    };
    let key = std::fs::read_to_string(file).with_context(|| format!("--dkim: {file}"))?;
    Ok(DkimKey {
        domain: domain.to_owned(),
        selector: selector.to_owned(),
        algorithm: DkimAlgorithm::Rsa,
        private_key: key.into(),
    })
}

/// How the server serves.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Which database.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// How messages leave.
    #[command(flatten)]
    pub mail: MailArgs,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, env = "MINGA_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// Where people reach the server, for links and as the tokens' issuer; `http://LISTEN` by default.
    #[arg(long, env = "MINGA_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Days that a co-operative has to answer a purchase order.
    #[arg(long, env = "MINGA_ANSWER_DAYS", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=60))]
    pub answer_days: u16,
    /// Days that a placed order holds its capacity before it has to be confirmed.
    #[arg(long, env = "MINGA_HOLD_DAYS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub hold_days: u16,
    /// Days that the other side of a complaint has to answer.
    #[arg(long, env = "MINGA_STATEMENT_DAYS", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=60))]
    pub statement_days: u16,
    /// Days after those until a complaint should be decided.
    #[arg(long, env = "MINGA_OUTCOME_DAYS", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub outcome_days: u16,
    /// Where files lie.
    #[command(flatten)]
    pub files: FilesArgs,
    /// Where webhooks may go.
    #[command(flatten)]
    pub webhooks: WebhookArgs,
    /// Requests a second that one client may make in the long run (and four times that at once).
    #[arg(long, env = "MINGA_REQUESTS_PER_SECOND", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests_per_second: u32,
    /// Leave the outbox and the deadlines to another replica or to `minga work`.
    #[arg(long, env = "MINGA_NO_WORKER")]
    pub no_worker: bool,
    /// Log lines as JSON.
    #[arg(long, env = "MINGA_LOG_JSON")]
    pub log_json: bool,
}

/// Where webhooks may go.
#[derive(Args, Clone, Copy, Debug)]
pub struct WebhookArgs {
    /// Send webhooks over plain HTTP and to private addresses too: for development, never for a server that others
    /// reach.
    #[arg(long, env = "MINGA_WEBHOOKS_ANYWHERE")]
    pub webhooks_anywhere: bool,
}

impl WebhookArgs {
    /// Who sends them.
    pub fn sender(self) -> WebhookSender {
        WebhookSender::new(self.webhooks_anywhere)
    }
}

/// Files outside the database.
#[derive(Args, Clone, Debug)]
pub struct FilesArgs {
    /// The folder of artwork, proofs and exports, shared by all replicas; `files` in the data folder by default.
    #[arg(long, env = "MINGA_FILES_DIR")]
    pub files_dir: Option<PathBuf>,
}

impl FilesArgs {
    /// The folder.
    pub fn folder(&self, data_dir: &Path) -> PathBuf {
        let own = self.files_dir.clone();
        own.unwrap_or_else(|| data_dir.join("files"))
    }
}

impl ServeArgs {
    /// The API's settings once the address is known.
    pub fn settings(&self, address: std::net::SocketAddr) -> api::Settings {
        api::Settings {
            public_url: self
                .public_url
                .clone()
                .unwrap_or_else(|| format!("http://{address}")),
            answer_within: chrono::TimeDelta::days(i64::from(self.answer_days)),
            hold_for: chrono::TimeDelta::days(i64::from(self.hold_days)),
            statement_within: chrono::TimeDelta::days(i64::from(self.statement_days)),
            outcome_within: chrono::TimeDelta::days(
                i64::from(self.statement_days) + i64::from(self.outcome_days),
            ),
            requests_per_second: self.requests_per_second,
            webhooks_anywhere: self.webhooks.webhooks_anywhere,
            files_dir: self.files.folder(&self.database.data_dir),
            ..api::Settings::default()
        }
    }
}

/// The flags that a configuration file stands for: `key = value` becomes `--key value`, unless the
/// environment or the command line says something else.
///
/// # Errors
/// Where the file cannot be read or holds anything but flags' names and plain values.
pub fn flags_of_file(
    file: &Path,
    given: &[String],
    in_environment: impl Fn(&str) -> bool,
) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the configuration {}", file.display()))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{}", file.display()))?;
    let mut flags = Vec::new();
    for (key, value) in table {
        let flag = format!("--{}", key.replace('_', "-"));
        let name = key.replace('-', "_").to_uppercase();
        let variable = if name == "DATABASE_URL" {
            name
        } else {
            format!("MINGA_{name}")
        };
        let said = given
            .iter()
            .any(|given| *given == flag || given.starts_with(&format!("{flag}=")));
        if said || in_environment(&variable) {
            continue;
        }
        match value {
            toml::Value::Boolean(true) => flags.push(flag),
            toml::Value::Boolean(false) => {}
            toml::Value::String(text) => flags.push(format!("{flag}={text}")),
            toml::Value::Integer(number) => flags.push(format!("{flag}={number}")),
            other => bail!("{}: `{key}` cannot be {}", file.display(), other.type_str()),
        }
    }
    Ok(flags)
}
