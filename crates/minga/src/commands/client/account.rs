//! The account that is kept: which server, which machine, and its secret, in a file that only its owner reads.
use super::NotLoggedIn;
use crate::client::Client;
use crate::config::client_file;
use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// A machine at a server.
#[derive(Deserialize)]
pub(super) struct Account {
    pub server: String,
    pub client_id: String,
    pub client_secret: SecretString,
}

/// The account as it is written.
#[derive(Serialize)]
struct Written<'a> {
    server: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
}

impl Account {
    /// The account that was kept.
    ///
    /// # Errors
    /// [`NotLoggedIn`], or a file that cannot be read.
    pub fn kept() -> anyhow::Result<Self> {
        let file = client_file()?;
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(NotLoggedIn.into());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", file.display()));
            }
        };
        // Its text holds a secret, so that what is wrong with it is not quoted.
        toml::from_str(&text)
            .map_err(|_| anyhow::anyhow!("{} is no account: log in again", file.display()))
    }

    /// The machine with a fresh token. Its secret goes to no other server than the one it belongs to.
    ///
    /// # Errors
    /// [`NotLoggedIn`] where another server is meant; a refusal, or no answer.
    pub fn client(&self, server: Option<&str>) -> anyhow::Result<Client> {
        if server.is_some_and(|server| server.trim_end_matches('/') != self.server) {
            return Err(NotLoggedIn.into());
        }
        let client = Client::new(&self.server);
        let token = client.machine_token(&self.client_id, &self.client_secret)?;
        Ok(client.with_token(token))
    }

    /// Keeps the account. The file appears whole, and is never readable for others.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&self, file: &Path) -> anyhow::Result<()> {
        let text = toml::to_string(&Written {
            server: &self.server,
            client_id: &self.client_id,
            client_secret: self.client_secret.expose_secret(),
        })?;
        let folder = file.parent().context("the account's file has no folder")?;
        let write = || {
            std::fs::create_dir_all(folder)?;
            // Made for its owner alone (0600).
            let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
            fresh.write_all(text.as_bytes())?;
            fresh.persist(file).map_err(|error| error.error)?;
            std::io::Result::Ok(())
        };
        write().with_context(|| format!("cannot write {}", file.display()))
    }
}
