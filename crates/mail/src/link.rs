//! Links that a message asks its reader to open.

use serde::{Deserialize, Serialize};
use url::Url;

/// An absolute `http` or `https` address. Nothing else gets into a message: a reader's mail
/// program must never be handed a script or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(Url);

/// Why a text is no link to put into a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is not an absolute URL.
    #[error("'{text}' is not an absolute URL: {reason}")]
    Malformed {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: url::ParseError,
    },
    /// Its scheme is neither `http` nor `https`.
    #[error("a link in a message is http or https, not '{0}'")]
    Scheme(String),
}

impl Link {
    /// Reads a link.
    ///
    /// # Errors
    /// [`LinkError`] when it is no absolute URL or of another scheme than `http` and `https`.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let url = Url::parse(text).map_err(|reason| LinkError::Malformed {
            text: text.to_owned(),
            reason,
        })?;
        match url.scheme() {
            "http" | "https" => Ok(Self(url)),
            other => Err(LinkError::Scheme(other.to_owned())),
        }
    }

    /// The link as text, percent-encoded.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for Link {
    type Error = LinkError;

    fn try_from(text: String) -> Result<Self, LinkError> {
        Self::parse(&text)
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0.into()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn only_http_and_https_get_into_a_message() {
        let link = Link::parse("https://minga.example/orders/1?a=1&b=2").unwrap();
        assert_eq!(link.as_str(), "https://minga.example/orders/1?a=1&b=2");
        assert_eq!(
            Link::parse("javascript:alert(1)"),
            Err(LinkError::Scheme("javascript".to_owned()))
        );
        assert!(matches!(
            Link::parse("/orders/1"),
            Err(LinkError::Malformed { .. })
        ));
    }
}
