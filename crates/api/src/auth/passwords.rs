//! Passwords: Argon2id on a blocking thread, a few at a time (each takes 19 MiB for some 20 ms).
use crate::http::Problem;
use crate::http::problem::internal;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use store::error::Code;
use tokio::sync::Semaphore;

/// As many at once as there are cores on a small machine.
const AT_ONCE: usize = 2;
/// Shorter ones are guessed (NIST SP 800-63B asks for 15 where nothing else protects; 12 with a lock).
const MIN_CHARACTERS: usize = 12;
/// Longer ones only cost time.
const MAX_BYTES: usize = 1_024;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Checked where there is no account, so that the time says nothing.
    decoy: Arc<str>,
}

impl Passwords {
    /// Ready to hash.
    ///
    /// # Errors
    /// [`Code::Internal`] where the machine gives no randomness.
    pub fn new() -> Result<Self, Problem> {
        Ok(Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: hash_now("no account has this password").map(Arc::from)?,
        })
    }

    /// The password's hash in PHC form.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for one that is too short or too long.
    pub async fn hash(&self, password: SecretString) -> Result<String, Problem> {
        let plain = password.expose_secret();
        if plain.chars().count() < MIN_CHARACTERS || plain.len() > MAX_BYTES {
            return Err(Problem::new(
                Code::InvalidInput,
                format!("A password has at least {MIN_CHARACTERS} characters and at most {MAX_BYTES} bytes."),
            )
            .at("/password"));
        }
        let _place = self.places.acquire().await.map_err(|_| internal())?;
        tokio::task::spawn_blocking(move || hash_now(password.expose_secret()))
            .await
            .map_err(|_| internal())?
    }

    /// Whether the password is the one behind `hash`; takes as long where there is no hash.
    ///
    /// # Errors
    /// [`Code::Internal`] where the worker is gone.
    pub async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let _place = self.places.acquire().await.map_err(|_| internal())?;
        let same = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|parsed| {
                Argon2::default()
                    .verify_password(password.expose_secret().as_bytes(), &parsed)
                    .is_ok()
            })
        })
        .await
        .map_err(|_| internal())?;
        Ok(known && same)
    }
}

fn hash_now(password: &str) -> Result<String, Problem> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            internal()
        })
}
