//! Random tokens that only their holder knows: refresh tokens and invitations. The database keeps
//! a digest; 256 random bits need no slow hash.
use crate::http::body::Digested;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;

/// A new token and its digest.
pub fn fresh() -> (String, String) {
    let mut random = [0_u8; 32];
    rand::rng().fill(&mut random);
    let token = URL_SAFE_NO_PAD.encode(random);
    let digest = digest(&token);
    (token, digest)
}

/// The digest under which a token is kept.
pub fn digest(token: &str) -> String {
    Digested::of(token.as_bytes()).0
}
