//! From a message to its reader: composing, signing and delivering.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
    DkimSigningKey, DkimSigningKeyError,
};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::stub::AsyncStubTransport;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{EmailAddress, Language, Letter, Notice, SmtpConfig, SmtpConfigError, TemplateError};

/// One notice for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its own id, kept over retries: it becomes the `Message-ID`, by which a reader's server
    /// recognises a message that arrives a second time.
    pub id: Uuid,
    /// Who reads it.
    pub to: EmailAddress,
    /// The language to write it in.
    pub language: Language,
    /// What it tells.
    pub notice: Notice,
    /// When the event happened, for the `Date` header; also kept over retries.
    pub written_at: DateTime<Utc>,
}

/// Whom messages come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name that readers see.
    pub name: String,
    /// The address; its domain is also the one of every `Message-ID`.
    pub address: EmailAddress,
}

/// A key to sign messages with, so that other servers can tell them from forgeries. The public
/// half stands in the DNS under `<selector>._domainkey.<domain>`.
#[derive(Debug, Clone)]
pub struct DkimKey {
    /// The domain that signs: the sender's, or one above it.
    pub domain: String,
    /// The key's name in the DNS.
    pub selector: String,
    /// What kind of key it is.
    pub algorithm: DkimAlgorithm,
    /// The private half: PKCS#1 PEM for RSA, 32 bytes in base64 for Ed25519.
    pub private_key: SecretString,
}

/// The kinds of key that DKIM knows. Many receivers check RSA only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// RSA with SHA-256.
    Rsa,
    /// Ed25519 with SHA-256.
    Ed25519,
}

/// The DKIM key cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the DKIM key '{selector}' cannot be read: {reason}")]
pub struct DkimKeyError {
    selector: String,
    #[source]
    reason: DkimSigningKeyError,
}

/// Why a message was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may be delivered later: no connection, no time left, an answer 4xx, or a server that
    /// refuses our credentials (which says nothing about the message).
    #[error("not delivered yet: {reason}")]
    Transient {
        /// The server's words, or the network's.
        reason: String,
    },
    /// It will never be delivered as it is: an answer 5xx, or a message that cannot be written.
    #[error("cannot be delivered: {reason}")]
    Permanent {
        /// The server's words.
        reason: String,
    },
}

/// Writes messages and delivers them.
#[derive(Debug)]
pub struct Mailer {
    sender: Mailbox,
    dkim: Option<DkimConfig>,
    transport: Transport,
}

#[derive(Debug)]
enum Transport {
    Smtp {
        server: AsyncSmtpTransport<Tokio1Executor>,
        timeout: Duration,
    },
    Folder(PathBuf),
    Memory(AsyncStubTransport),
}

/// What a mailer of [`Mailer::memory`] has delivered.
#[derive(Debug, Clone)]
pub struct MemoryInbox(AsyncStubTransport);

impl MemoryInbox {
    /// Each message as it would travel, headers and all, the first delivered first.
    pub async fn messages(&self) -> Vec<String> {
        let delivered = self.0.messages().await;
        delivered.into_iter().map(|(_, message)| message).collect()
    }
}

impl Mailer {
    /// A mailer that delivers to a mail server. Nothing is sent before the first message.
    ///
    /// # Errors
    /// [`SmtpConfigError`] when the configuration cannot work or would send a password in the
    /// open.
    pub fn smtp(sender: Sender, config: &SmtpConfig) -> Result<Self, SmtpConfigError> {
        let transport = Transport::Smtp {
            server: config.connect()?,
            timeout: config.timeout,
        };
        Ok(Self::new(sender, transport))
    }

    /// A mailer that puts each message into a folder as `<id>.eml`, for a person or a test to
    /// open. The folder is made when the first message comes.
    pub fn folder(sender: Sender, folder: &Path) -> Self {
        Self::new(sender, Transport::Folder(folder.to_owned()))
    }

    /// A mailer that only remembers, and the inbox to read it from: for tests.
    pub fn memory(sender: Sender) -> (Self, MemoryInbox) {
        let memory = AsyncStubTransport::new_ok();
        let inbox = MemoryInbox(memory.clone());
        (Self::new(sender, Transport::Memory(memory)), inbox)
    }

    fn new(sender: Sender, transport: Transport) -> Self {
        let address = sender.address.as_lettre().clone();
        Self {
            sender: Mailbox::new(Some(sender.name), address),
            dkim: None,
            transport,
        }
    }

    /// The same mailer, signing every message (DKIM, relaxed/relaxed: forwarding servers may
    /// change white space).
    ///
    /// # Errors
    /// [`DkimKeyError`] when the private key cannot be read.
    pub fn signed(self, key: &DkimKey) -> Result<Self, DkimKeyError> {
        let algorithm = match key.algorithm {
            DkimAlgorithm::Rsa => DkimSigningAlgorithm::Rsa,
            DkimAlgorithm::Ed25519 => DkimSigningAlgorithm::Ed25519,
        };
        let private_key =
            DkimSigningKey::new(key.private_key.expose_secret(), algorithm).map_err(|reason| {
                DkimKeyError {
                    selector: key.selector.clone(),
                    reason,
                }
            })?;
        let config = DkimConfig::new(
            key.selector.clone(),
            key.domain.clone(),
            private_key,
            ["From", "Subject", "To", "Date", "Message-ID"]
                .map(HeaderName::new_from_ascii_str)
                .to_vec(),
            DkimCanonicalization {
                header: DkimCanonicalizationType::Relaxed,
                body: DkimCanonicalizationType::Relaxed,
            },
        );
        Ok(Self {
            dkim: Some(config),
            ..self
        })
    }

    /// Delivers a message, or says whether it is worth trying again. A server may accept a
    /// message whose confirmation is lost, so a retry can deliver it twice, under one id.
    ///
    /// # Errors
    /// [`SendError`] with the server's words.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let composed = self.compose(message)?;
        match &self.transport {
            Transport::Smtp { server, timeout } => {
                tokio::time::timeout(*timeout, server.send(composed))
                    .await
                    .map_err(|_| SendError::Transient {
                        reason: format!("no answer within {timeout:?}"),
                    })?
                    .map_err(|error| refusal(&error, &message.to))?;
            }
            Transport::Folder(folder) => {
                write_file(folder, message.id, &composed.formatted())
                    .await
                    .map_err(|reason| SendError::Transient {
                        reason: format!("{}: {reason}", folder.display()),
                    })?;
            }
            Transport::Memory(memory) => {
                memory
                    .send(composed)
                    .await
                    .map_err(|reason| SendError::Transient {
                        reason: reason.to_string(),
                    })?;
            }
        }
        Ok(())
    }

    fn compose(&self, message: &Message) -> Result<lettre::Message, SendError> {
        let letter = Letter::write(&message.notice, message.language)?;
        let domain = self.sender.email.domain();
        let mut composed = lettre::Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, message.to.as_lettre().clone()))
            .date(message.written_at.into())
            .message_id(Some(format!("<{}@{domain}>", message.id)))
            .subject(letter.subject())
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Content-Language"),
                message.language.tag().to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                letter.text(),
                letter.html(),
            ))
            .map_err(|reason| SendError::Permanent {
                reason: format!("the message cannot be written: {reason}"),
            })?;
        if let Some(key) = &self.dkim {
            composed.sign(key);
        }
        Ok(composed)
    }
}

/// Writes beside the final name and renames, so that nobody reads half a message and a retry
/// replaces its own file.
async fn write_file(folder: &Path, id: Uuid, bytes: &[u8]) -> io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!(".{id}.part"));
    tokio::fs::write(&unfinished, bytes).await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{id}.eml"))).await
}

impl From<TemplateError> for SendError {
    fn from(error: TemplateError) -> Self {
        Self::Permanent {
            reason: error.to_string(),
        }
    }
}

/// What an SMTP failure means for a message to this reader.
fn refusal(error: &lettre::transport::smtp::Error, to: &EmailAddress) -> SendError {
    // The server refuses us, not the message (RFC 4954): once the operator has corrected the
    // password, the same message goes through.
    let refuses_us = error
        .status()
        .is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
    // The client gives up by itself when the server lacks something. What an address may lack is
    // final: it needs SMTPUTF8. A missing STARTTLS is for the operator to look into.
    let unreachable_here = error.is_client() && !to.as_str().is_ascii();
    let reason = error.to_string();
    if (error.is_permanent() && !refuses_us) || unreachable_here {
        SendError::Permanent { reason }
    } else {
        SendError::Transient { reason }
    }
}
