//! Encrypted delivery to a small mail server with a certificate of its own.

use mail::{Language, Mailer, SendError, SmtpConfig, SmtpCredentials, SmtpSecurity};
use rcgen::CertifiedKey;
use secrecy::SecretString;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::samples::{approval_asked, message, plain_server, sender};

/// A server for one message, and the certificate by which a client can know it.
struct TlsServer {
    config: SmtpConfig,
    certificate: String,
    commands: JoinHandle<Vec<String>>,
}

/// `minga` and `correct horse`, as `AUTH PLAIN` says them.
const RIGHT_CREDENTIALS: &str = "AUTH PLAIN AG1pbmdhAGNvcnJlY3QgaG9yc2U=";

impl TlsServer {
    async fn start(security: SmtpSecurity) -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = SmtpConfig {
            security,
            ..plain_server(listener.local_addr().unwrap().port())
        };
        let starttls = security == SmtpSecurity::StartTls;
        Self {
            config,
            certificate: cert.pem(),
            commands: tokio::spawn(serve_one(
                listener,
                TlsAcceptor::from(Arc::new(tls)),
                starttls,
            )),
        }
    }

    /// How to reach it for somebody who trusts its certificate.
    fn trusted(&self) -> SmtpConfig {
        SmtpConfig {
            trusted_certificate: Some(self.certificate.clone()),
            ..self.config.clone()
        }
    }

    async fn commands(self) -> Vec<String> {
        self.commands.await.unwrap()
    }
}

/// Serves one client and gives back the commands it sent, those before TLS included.
async fn serve_one(listener: TcpListener, tls: TlsAcceptor, starttls: bool) -> Vec<String> {
    let mut commands = Vec::new();
    let mut client = listener.accept().await.unwrap().0;
    if starttls {
        upgrade(&mut client, &mut commands).await;
    }
    // A client that does not trust the certificate goes away here.
    if let Ok(stream) = tls.accept(client).await {
        converse(stream, !starttls, &mut commands).await;
    }
    commands
}

async fn upgrade(client: &mut TcpStream, commands: &mut Vec<String>) {
    let mut client = BufReader::new(client);
    client.write_all(b"220 mx.test ESMTP\r\n").await.unwrap();
    for answer in ["250-mx.test\r\n250 STARTTLS\r\n", "220 go ahead\r\n"] {
        let mut command = String::new();
        client.read_line(&mut command).await.unwrap();
        commands.push(command.trim_end().to_owned());
        client.write_all(answer.as_bytes()).await.unwrap();
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    greet: bool,
    commands: &mut Vec<String>,
) {
    let mut client = BufReader::new(stream);
    if greet {
        client.write_all(b"220 mx.test ESMTP\r\n").await.unwrap();
    }
    let mut in_data = false;
    loop {
        let mut line = String::new();
        // Clients may leave without a TLS farewell.
        if client.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end();
        let answer = match line.split(' ').next().unwrap() {
            "." if in_data => "250 kept",
            _ if in_data => continue,
            "EHLO" => "250-mx.test\r\n250 AUTH PLAIN",
            "AUTH" if line == RIGHT_CREDENTIALS => "235 welcome",
            "AUTH" => "535 5.7.8 wrong name or password",
            "DATA" => "354 go on",
            "QUIT" => "221 farewell",
            _ => "250 ok",
        };
        in_data = line == "DATA";
        commands.push(line.to_owned());
        client
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .unwrap();
        client.flush().await.unwrap();
    }
}

async fn send(config: &SmtpConfig) -> Result<(), SendError> {
    let asked = message("ana@sindicato.example", Language::Es, approval_asked(2));
    Mailer::smtp(sender(), config).unwrap().send(&asked).await
}

fn with_password(config: SmtpConfig, password: &str) -> SmtpConfig {
    SmtpConfig {
        credentials: Some(SmtpCredentials {
            user: "minga".to_owned(),
            password: SecretString::from(password),
        }),
        ..config
    }
}

#[tokio::test]
async fn a_password_and_a_message_travel_only_after_starttls() {
    let server = TlsServer::start(SmtpSecurity::StartTls).await;
    let config = with_password(server.trusted(), "correct horse");
    assert_eq!(send(&config).await, Ok(()));
    let commands = server.commands().await;
    let verbs: Vec<_> = commands
        .iter()
        .map(|c| c.split(' ').next().unwrap())
        .collect();
    let expected = [
        "EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".",
    ];
    assert_eq!(verbs.get(..expected.len()), Some(expected.as_slice()));
}

#[tokio::test]
async fn tls_from_the_first_byte_delivers_too() {
    let server = TlsServer::start(SmtpSecurity::Tls).await;
    let config = with_password(server.trusted(), "correct horse");
    assert_eq!(send(&config).await, Ok(()));
    assert!(server.commands().await.contains(&".".to_owned()));
}

#[tokio::test]
async fn a_wrong_password_does_not_condemn_the_message() {
    let server = TlsServer::start(SmtpSecurity::Tls).await;
    let config = with_password(server.trusted(), "wrong horse");
    match send(&config).await {
        Err(SendError::Transient { reason }) => assert!(reason.contains("535"), "{reason}"),
        other => panic!("the password is wrong, not the message: {other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_message() {
    for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
        let server = TlsServer::start(security).await;
        match send(&server.config).await {
            Err(SendError::Transient { reason }) => {
                assert!(reason.contains("certificate"), "{reason}");
            }
            other => panic!("a stranger was trusted: {other:?}"),
        }
        let commands = server.commands().await;
        assert!(
            !commands.iter().any(|c| c.starts_with("MAIL")),
            "{commands:?}"
        );
    }
}
