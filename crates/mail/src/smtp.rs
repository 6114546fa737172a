//! How to reach a mail server.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

/// A mail server and how to talk to it.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// The server's host name, which its certificate must carry.
    pub host: String,
    /// The port, usually 587 for STARTTLS, 465 for TLS, 25 for a server on the same machine.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: SmtpSecurity,
    /// Who we are to the server, when it asks.
    pub credentials: Option<SmtpCredentials>,
    /// The name said in `EHLO`; the machine's host name when absent.
    pub hello_name: Option<String>,
    /// A PEM certificate to trust beside the public authorities: an own server's.
    pub trusted_certificate: Option<String>,
    /// How long one delivery may take, from connecting to the server's last answer.
    pub timeout: Duration,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all: only for a server on the same machine or in a closed network.
    Plain,
    /// Plain at first, then TLS or nothing: a server that offers no STARTTLS gets no message.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// A name and a password for the server. The password is never printed.
#[derive(Debug, Clone)]
pub struct SmtpCredentials {
    /// The account's name.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

/// Why a server cannot be talked to as configured.
#[derive(Debug, thiserror::Error)]
pub enum SmtpConfigError {
    /// A password over an open line.
    #[error("SMTP credentials need STARTTLS or TLS: they would travel in the open")]
    CredentialsInTheOpen,
    /// The trusted certificate is not PEM.
    #[error("the trusted certificate of the SMTP server is not PEM: {0}")]
    Certificate(#[source] lettre::transport::smtp::Error),
    /// TLS cannot be set up for this host.
    #[error("TLS to SMTP server '{host}': {reason}")]
    Tls {
        /// The server's host name.
        host: String,
        /// What the TLS library says.
        #[source]
        reason: lettre::transport::smtp::Error,
    },
}

impl SmtpConfig {
    pub(crate) fn connect(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpConfigError> {
        if self.credentials.is_some() && self.security == SmtpSecurity::Plain {
            return Err(SmtpConfigError::CredentialsInTheOpen);
        }
        let tls = match self.security {
            SmtpSecurity::Plain => Tls::None,
            SmtpSecurity::StartTls => Tls::Required(self.tls_parameters()?),
            SmtpSecurity::Tls => Tls::Wrapper(self.tls_parameters()?),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(self.timeout));
        if let Some(SmtpCredentials { user, password }) = &self.credentials {
            let password = password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        if let Some(name) = &self.hello_name {
            transport = transport.hello_name(ClientId::Domain(name.clone()));
        }
        Ok(transport.build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, SmtpConfigError> {
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.trusted_certificate {
            let certificate =
                Certificate::from_pem(pem.as_bytes()).map_err(SmtpConfigError::Certificate)?;
            parameters = parameters.add_root_certificate(certificate);
        }
        parameters.build().map_err(|reason| SmtpConfigError::Tls {
            host: self.host.clone(),
            reason,
        })
    }
}
