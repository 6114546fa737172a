//! Webhooks by the Standard Webhooks specification: what is sent, how it is signed, and where it may go.
use crate::http::Problem;
use crate::http::problem::internal;
use crate::routes::changes::path_of;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use rand::RngExt;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use store::operations::events::Event;
use url::{Host, Url};

/// Before a secret where people see it.
pub const SECRET_PREFIX: &str = "whsec_";
/// The longest address.
const URL_MAX: usize = 500;

/// A new secret: 256 random bits in base64, without [`SECRET_PREFIX`].
pub fn fresh_secret() -> String {
    let mut random = [0_u8; 32];
    rand::rng().fill(&mut random);
    STANDARD.encode(random)
}

/// `v1,` and the signature of one message under one secret (HMAC-SHA256 of `id.timestamp.body`, in base64).
///
/// # Errors
/// [`internal`] for a secret that is no base64.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> Result<String, Problem> {
    let key = STANDARD.decode(secret).map_err(|_| internal())?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(signed.as_ref())))
}

/// What is sent for an event; addresses are of `public_url`.
pub fn body_of(event: &Event, public_url: &str) -> String {
    let object_id = event.object();
    let url = path_of(&event.object_kind, object_id).map(|path| format!("{public_url}{path}"));
    body(
        &event.kind,
        event.at.utc(),
        &json!({
            "id": event.id.uuid(),
            "organisation_id": event.organisation.uuid(),
            "object_kind": event.object_kind,
            "object_id": object_id,
            "reference": event.reference,
            "url": url,
        }),
    )
}

/// What is sent as a test.
pub fn ping_body(organisation: uuid::Uuid, now: DateTime<Utc>) -> String {
    body(
        "webhook.ping",
        now,
        &json!({"organisation_id": organisation}),
    )
}

fn body(kind: &str, at: DateTime<Utc>, data: &Value) -> String {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    json!({"type": kind, "timestamp": timestamp, "data": data}).to_string()
}

/// The address as it is kept, where webhooks may be sent to it. Names are looked up when something is sent; `anywhere`
/// is for development: plain HTTP and private addresses too.
///
/// # Errors
/// Why not, in a sentence.
pub fn target(text: &str, anywhere: bool) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "This is no URL.")?;
    let secure = url.scheme() == "https";
    let developing = anywhere && url.scheme() == "http";
    if !secure && !developing {
        return Err("Webhooks go over HTTPS.");
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("The URL of a webhook has no user, password or fragment.");
    }
    if url.as_str().len() > URL_MAX {
        return Err("The URL of a webhook has at most 500 characters.");
    }
    let public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => !is_local(name),
        None => return Err("The URL of a webhook names a host."),
    };
    if public || anywhere {
        return Ok(url.into());
    }
    Err("Webhooks go to public addresses.")
}

fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether the address is one of the public Internet: not of this machine, a private network, a link, a carrier's
/// network, documentation, tests, groups, or the future. IPv6 addresses that stand for IPv4 are what they stand for.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback.
        (0 | 10 | 127, _, _) => true,
        // Carrier-grade NAT, link-local, private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // IETF protocols, 6to4 relays, benchmarks.
        (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) => true,
        // Documentation.
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => true,
        // Groups, and what is reserved, with the broadcast address.
        (224.., _, _) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // Mapped and translated IPv4 (::ffff:0:0/96, 64:ff9b::/96), 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and other protocols, benchmarks, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast is 2000::/3; all else is of a machine, a link, a site, groups or the future.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own addresses should fail"
)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for public in [
            "8.8.8.8",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn targets_are_https_on_public_hosts() {
        assert_eq!(
            target("https://books.example/hooks", false).unwrap(),
            "https://books.example/hooks"
        );
        for refused in [
            "books.example",
            "http://books.example/",
            "ftp://books.example/",
            "https://user@books.example/",
            "https://books.example/#part",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://api.localhost./",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://10.0.0.8:8443/",
        ] {
            assert!(target(refused, false).is_err(), "{refused}");
        }
        assert!(target("http://127.0.0.1:9999/hooks", true).is_ok());
        assert!(target("ftp://127.0.0.1/", true).is_err());
    }

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let signature = sign(
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(
            signature.unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }
}
