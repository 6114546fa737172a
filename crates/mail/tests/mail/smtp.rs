//! Against a real mail server, which `scripts/test` provides: `TEST_SMTP_URL` is where it
//! listens, `TEST_SMTP_MAILDIR` where it puts what it accepts. It accepts any name at
//! `inbox.test` and knows nobody else.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mail::{Language, Mailer, Message, SendError, SmtpConfig};
use url::Url;

use crate::samples::{approval_asked, invitation, message, plain_server, sender};

struct RealServer {
    config: SmtpConfig,
    maildir: PathBuf,
}

impl RealServer {
    /// The server of this run, or `None`, said aloud, when there is none.
    fn of_this_run() -> Option<Self> {
        let Ok(url) = env::var("TEST_SMTP_URL") else {
            // Past the capture of `println!`, so that a passing run still says it.
            let said = b"skipped: no SMTP server (TEST_SMTP_URL)\n";
            io::stderr().write_all(said).unwrap();
            return None;
        };
        let url: Url = url.parse().unwrap();
        Some(Self {
            config: SmtpConfig {
                host: url.host_str().unwrap().to_owned(),
                ..plain_server(url.port().unwrap())
            },
            maildir: env::var_os("TEST_SMTP_MAILDIR").unwrap().into(),
        })
    }

    /// The message as it arrived. The server accepts first and delivers after.
    async fn arrived(&self, message: &Message) -> String {
        let id = format!("Message-ID: <{}@minga.example>", message.id);
        let mut look = tokio::time::interval(Duration::from_millis(20));
        let found = async {
            loop {
                look.tick().await;
                if let Some(found) = find(&self.maildir, &id) {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), found)
            .await
            .unwrap()
    }
}

fn find(maildir: &Path, words: &str) -> Option<String> {
    let new = fs::read_dir(maildir.join("new")).ok()?;
    new.filter_map(|entry| fs::read_to_string(entry.ok()?.path()).ok())
        .find(|mail| mail.contains(words))
}

async fn send(config: &SmtpConfig, message: &Message) -> Result<(), SendError> {
    Mailer::smtp(sender(), config).unwrap().send(message).await
}

#[tokio::test]
async fn a_real_server_delivers_what_it_accepted() {
    let Some(server) = RealServer::of_this_run() else {
        return;
    };
    for language in Language::ALL {
        let asked = message("ana@inbox.test", language, approval_asked(2));
        assert_eq!(send(&server.config, &asked).await, Ok(()));
        let mail = server.arrived(&asked).await;
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert!(mail.contains(&format!("Content-Language: {}", language.tag())));
        assert!(mail.contains("text/plain") && mail.contains("text/html"));
    }
}

#[tokio::test]
async fn a_real_server_refuses_an_unknown_reader_for_good() {
    let Some(server) = RealServer::of_this_run() else {
        return;
    };
    let lost = message("nobody@elsewhere.test", Language::En, invitation());
    match send(&server.config, &lost).await {
        Err(SendError::Permanent { reason }) => assert!(reason.contains("550"), "{reason}"),
        other => panic!("an unknown reader is final: {other:?}"),
    }
}
