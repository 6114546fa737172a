//! Addresses that a message can be sent to.

use std::fmt;

use lettre::Address;
use url::Host;

/// An e-mail address with a domain name, as RFC 5321 allows it: at most 254 bytes, the domain in
/// lower case and, where it is not ASCII, in its ASCII form (`xn--…`). The part before the `@`
/// is kept as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(Address);

/// Why a text is no address to send mail to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of the form `name@domain`.
    #[error("'{0}' is not an e-mail address")]
    Malformed(String),
    /// More than 254 bytes, which no server need accept.
    #[error("an e-mail address has at most 254 bytes, this one has {0}")]
    TooLong(usize),
    /// The host is an IP number, not a domain name.
    #[error("'{0}' names a machine by number: use a domain name")]
    NoDomain(String),
}

const LONGEST: usize = 254;

impl EmailAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`] when it is malformed, too long, or has no domain name.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed(text.to_owned());
        let address: Address = text.parse().map_err(|_| malformed())?;
        let domain = match Host::parse(address.domain()) {
            Ok(Host::Domain(domain)) => domain,
            Ok(Host::Ipv4(_) | Host::Ipv6(_)) => {
                return Err(AddressError::NoDomain(text.to_owned()));
            }
            Err(_) => return Err(malformed()),
        };
        let address = Address::new(address.user(), domain).map_err(|_| malformed())?;
        let address = Self(address);
        let bytes = address.as_str().len();
        if bytes > LONGEST {
            return Err(AddressError::TooLong(bytes));
        }
        Ok(address)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// The domain, in ASCII and lower case.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(crate) const fn as_lettre(&self) -> &Address {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn the_domain_is_brought_to_one_form_and_the_name_is_kept() {
        let written = EmailAddress::parse("Compras@SINDICATO.Example").unwrap();
        assert_eq!(written.as_str(), "Compras@sindicato.example");
        let accented = EmailAddress::parse("hola@cerámica.example").unwrap();
        assert_eq!(accented.domain(), "xn--cermica-jwa.example");
    }

    #[test]
    fn what_no_server_would_accept_is_refused() {
        for text in [
            "",
            "nobody",
            "@example.org",
            "a@",
            "a b@example.org",
            "a@exa mple.org",
            "a@example.org\r\nBcc: all@example.org",
            "Ana <ana@example.org>",
            "ana@example.org, eva@example.org",
        ] {
            let refused = EmailAddress::parse(text);
            assert_eq!(refused, Err(AddressError::Malformed(text.to_owned())));
        }
        assert_eq!(
            EmailAddress::parse("root@[127.0.0.1]"),
            Err(AddressError::Malformed("root@[127.0.0.1]".to_owned()))
        );
        assert_eq!(
            EmailAddress::parse("root@127.0.0.1"),
            Err(AddressError::NoDomain("root@127.0.0.1".to_owned()))
        );
        let label = "d".repeat(60);
        let long = format!("ana@{label}.{label}.{label}.{label}.{label}.org");
        assert!(EmailAddress::parse(&long).is_err());
    }
}
