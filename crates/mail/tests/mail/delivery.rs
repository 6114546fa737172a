//! How messages travel: headers, signature, folder, and what each failure means.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mail::{
    DkimAlgorithm, DkimKey, Language, Mailer, Notice, SendError, SmtpConfig, SmtpConfigError,
    SmtpCredentials, SmtpSecurity,
};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::samples::{approval_asked, every_notice, invitation, message, plain_server, sender};

/// The headers of a message, folded lines joined, and its body.
fn parts(message: &str) -> (HashMap<String, String>, &str) {
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    (headers, body)
}

#[tokio::test]
async fn a_message_travels_with_its_own_id_and_says_that_a_machine_sent_it() {
    let (mailer, inbox) = Mailer::memory(sender());
    let asked = message("ana@sindicato.example", Language::Es, approval_asked(2));
    mailer.send(&asked).await.unwrap();

    let delivered = inbox.messages().await;
    assert_eq!(delivered.len(), 1);
    let (headers, body) = parts(delivered.first().unwrap());
    let header = |name: &str| headers.get(name).map(String::as_str);
    let id = format!("<{}@minga.example>", asked.id);
    assert_eq!(header("message-id"), Some(id.as_str()));
    assert_eq!(header("from"), Some("Minga <no-reply@minga.example>"));
    assert_eq!(header("to"), Some("ana@sindicato.example"));
    assert_eq!(header("date"), Some("Sat, 21 Nov 2026 23:40:25 +0000"));
    assert_eq!(header("auto-submitted"), Some("auto-generated"));
    assert_eq!(header("content-language"), Some("es"));
    assert_eq!(header("mime-version"), Some("1.0"));
    let kind = header("content-type").unwrap();
    assert!(kind.starts_with("multipart/alternative"), "{kind}");
    let (text, html) = (body.find("text/plain"), body.find("text/html"));
    assert!(text.is_some() && text < html, "the last part is the best");
}

#[tokio::test]
async fn every_message_is_plain_ascii_on_the_wire_whatever_the_language() {
    let (mailer, inbox) = Mailer::memory(sender());
    let mut sent = 0;
    for notice in every_notice() {
        for language in Language::ALL {
            let next = message("ana@sindicato.example", language, notice.clone());
            mailer.send(&next).await.unwrap();
            sent += 1;
        }
    }
    let delivered = inbox.messages().await;
    assert_eq!(delivered.len(), sent);
    for message in delivered {
        assert!(message.is_ascii() && message.lines().all(|line| line.len() < 998));
    }
}

#[tokio::test]
async fn a_name_cannot_smuggle_a_header_in() {
    let (mailer, inbox) = Mailer::memory(sender());
    let mut notice = invitation();
    if let Notice::Invitation { inviter, .. } = &mut notice {
        "Eve\r\nBcc: all@example.org".clone_into(inviter);
    }
    let invited = message("ana@sindicato.example", Language::En, notice);
    mailer.send(&invited).await.unwrap();
    let delivered = inbox.messages().await;
    let (headers, _) = parts(delivered.first().unwrap());
    assert!(!headers.contains_key("bcc"));
    let subject = headers.get("subject").unwrap();
    assert!(subject.starts_with("Eve Bcc: all@example.org invites"));
}

#[tokio::test]
async fn a_folder_holds_one_file_for_each_message_even_after_a_retry() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    let mailer = Mailer::folder(sender(), &mails);
    let invited = message("ana@sindicato.example", Language::Pt, invitation());
    mailer.send(&invited).await.unwrap();
    mailer.send(&invited).await.unwrap();

    let names: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    let file = format!("{}.eml", invited.id);
    assert_eq!(names, [file.as_str()]);
    let written = std::fs::read_to_string(mails.join(file)).unwrap();
    assert!(written.contains(&format!("Message-ID: <{}@minga.example>", invited.id)));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_worth_another_try() {
    let mailer = Mailer::folder(sender(), Path::new("/dev/null/mails"));
    let failed = mailer
        .send(&message(
            "ana@sindicato.example",
            Language::Es,
            invitation(),
        ))
        .await;
    assert!(
        matches!(failed, Err(SendError::Transient { .. })),
        "{failed:?}"
    );
}

fn ed25519_key() -> DkimKey {
    DkimKey {
        domain: "minga.example".to_owned(),
        selector: "s2026".to_owned(),
        algorithm: DkimAlgorithm::Ed25519,
        private_key: SecretString::from(BASE64_STANDARD.encode([7; 32])),
    }
}

/// RFC 6376, section 3.4.4: runs of white space become one space, none stays at the end of a
/// line, no empty lines at the end of the body.
fn relaxed(body: &str) -> String {
    let lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
            let indent = if line.starts_with([' ', '\t']) {
                " "
            } else {
                ""
            };
            format!("{indent}{}", words.join(" ")).trim_end().to_owned()
        })
        .collect();
    format!("{}\r\n", lines.join("\r\n").trim_end_matches("\r\n"))
}

#[tokio::test]
async fn a_signed_message_carries_a_relaxed_dkim_signature_of_its_body() {
    let (mailer, inbox) = Mailer::memory(sender());
    let mailer = mailer.signed(&ed25519_key()).unwrap();
    let asked = message("ana@sindicato.example", Language::Es, approval_asked(2));
    mailer.send(&asked).await.unwrap();

    let delivered = inbox.messages().await;
    let (headers, body) = parts(delivered.first().unwrap());
    let signature = headers.get("dkim-signature").unwrap().replace(' ', "");
    let tags: HashMap<&str, &str> = signature
        .split(';')
        .map(|tag| tag.split_once('=').unwrap())
        .collect();
    assert_eq!(tags.get("a"), Some(&"ed25519-sha256"));
    assert_eq!(tags.get("c"), Some(&"relaxed/relaxed"));
    assert_eq!(tags.get("d"), Some(&"minga.example"));
    assert_eq!(tags.get("s"), Some(&"s2026"));
    assert_eq!(tags.get("h"), Some(&"from:subject:to:date:message-id"));
    let hash = BASE64_STANDARD.encode(Sha256::digest(relaxed(body)));
    assert_eq!(tags.get("bh"), Some(&hash.as_str()));
}

#[test]
fn a_dkim_key_that_cannot_be_read_is_refused_and_not_printed() {
    let (mailer, _) = Mailer::memory(sender());
    let key = DkimKey {
        private_key: SecretString::from("no key at all"),
        ..ed25519_key()
    };
    let refused = mailer.signed(&key).unwrap_err();
    assert!(refused.to_string().contains("s2026"));
    assert!(!format!("{key:?}{refused:?}").contains("no key at all"));
}

#[test]
fn a_password_never_travels_in_the_open_and_is_never_printed() {
    let config = SmtpConfig {
        credentials: Some(SmtpCredentials {
            user: "minga".to_owned(),
            password: SecretString::from("correct horse"),
        }),
        ..plain_server(25)
    };
    assert!(matches!(
        Mailer::smtp(sender(), &config),
        Err(SmtpConfigError::CredentialsInTheOpen)
    ));
    assert!(!format!("{config:?}").contains("horse"));
    for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
        let config = SmtpConfig {
            security,
            ..config.clone()
        };
        assert!(Mailer::smtp(sender(), &config).is_ok());
    }
}

#[test]
fn a_certificate_that_is_not_pem_is_refused() {
    let config = SmtpConfig {
        security: SmtpSecurity::Tls,
        trusted_certificate: Some(
            "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n".to_owned(),
        ),
        ..plain_server(465)
    };
    assert!(matches!(
        Mailer::smtp(sender(), &config),
        Err(SmtpConfigError::Certificate(_))
    ));
}

async fn send_through(config: &SmtpConfig) -> Result<(), SendError> {
    let mailer = Mailer::smtp(sender(), config).unwrap();
    mailer
        .send(&message(
            "ana@sindicato.example",
            Language::Es,
            invitation(),
        ))
        .await
}

#[tokio::test]
async fn a_server_that_is_not_there_is_worth_another_try() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let failed = send_through(&plain_server(port)).await;
    assert!(
        matches!(failed, Err(SendError::Transient { .. })),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_speaks_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = SmtpConfig {
        timeout: Duration::from_millis(200),
        ..plain_server(listener.local_addr().unwrap().port())
    };
    let begun = Instant::now();
    let failed = send_through(&config).await;
    assert_eq!(
        failed,
        Err(SendError::Transient {
            reason: "no answer within 200ms".to_owned()
        })
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Answers the commands of one client in turn, the greeting first; ends with the answers.
fn speak(client: &TcpStream, answers: &[&str]) {
    let mut commands = BufReader::new(client).lines();
    for answer in answers {
        let mut client = client;
        write!(client, "{answer}\r\n").unwrap();
        commands.next();
    }
}

async fn send_to_one_that_answers(answers: &'static [&'static str]) -> Result<(), SendError> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server_thread = thread::spawn(move || speak(&listener.accept().unwrap().0, answers));
    let outcome = send_through(&plain_server(port)).await;
    server_thread.join().unwrap();
    outcome
}

const HELLO: [&str; 3] = ["220 mx.example ESMTP", "250 mx.example", "250 sender ok"];

#[tokio::test]
async fn a_4xx_is_worth_another_try_and_keeps_the_servers_words() {
    const FULL: &[&str] = &[HELLO[0], HELLO[1], HELLO[2], "452 4.2.2 mailbox full today"];
    match send_to_one_that_answers(FULL).await {
        Err(SendError::Transient { reason }) => {
            assert!(
                reason.contains("452") && reason.contains("mailbox full today"),
                "{reason}"
            );
        }
        other => panic!("a full mailbox is not final: {other:?}"),
    }
}

#[tokio::test]
async fn a_5xx_is_final_and_keeps_the_servers_words() {
    const GONE: &[&str] = &[HELLO[0], HELLO[1], HELLO[2], "550 5.1.1 no such union"];
    match send_to_one_that_answers(GONE).await {
        Err(SendError::Permanent { reason }) => {
            assert!(
                reason.contains("550") && reason.contains("no such union"),
                "{reason}"
            );
        }
        other => panic!("an unknown reader is final: {other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_wants_a_password_first_does_not_condemn_the_message() {
    const CLOSED: &[&str] = &[HELLO[0], HELLO[1], "530 5.7.0 authenticate first"];
    let failed = send_to_one_that_answers(CLOSED).await;
    assert!(
        matches!(failed, Err(SendError::Transient { .. })),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_message() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = SmtpConfig {
        security: SmtpSecurity::StartTls,
        ..plain_server(listener.local_addr().unwrap().port())
    };
    let server_thread = thread::spawn(move || {
        let client = listener.accept().unwrap().0;
        let mut commands = BufReader::new(&client).lines();
        write!(&client, "220 mx.example ESMTP\r\n").unwrap();
        let hello = commands.next().unwrap().unwrap();
        write!(&client, "250 mx.example\r\n").unwrap();
        (hello, commands.next().and_then(Result::ok))
    });
    let failed = send_through(&config).await;
    assert!(
        matches!(failed, Err(SendError::Transient { .. })),
        "{failed:?}"
    );
    let (hello, next) = server_thread.join().unwrap();
    assert!(hello.starts_with("EHLO"));
    assert!(next.is_none_or(|command| command == "QUIT"));
}
