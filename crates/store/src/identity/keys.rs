//! The keys that sign access tokens, shared by all replicas. The newest signs; older ones verify until
//! they retire, so that a new key logs nobody out.
use crate::db::Conn;
use crate::error::Result;
use crate::schema::signing_keys;
use crate::sql::Time;
use diesel::prelude::*;

/// A key pair of ES256, both halves in base64.
#[derive(Clone, Queryable)]
pub struct SigningKey {
    /// Names the key in a token's header.
    pub kid: String,
    /// PKCS #8.
    pub private_key: String,
    /// The uncompressed point.
    pub public_key: String,
    /// When it was made.
    pub created_at: Time,
    /// When tokens signed with it are no longer accepted.
    pub retires_at: Time,
}

impl std::fmt::Debug for SigningKey {
    /// Never shows the private half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// The keys that are accepted at `now`, newest first.
///
/// # Errors
/// Those of the database.
pub fn accepted(conn: &mut Conn, now: Time) -> Result<Vec<SigningKey>> {
    Ok(signing_keys::table
        .filter(signing_keys::retires_at.gt(now))
        .order((signing_keys::created_at.desc(), signing_keys::kid))
        .load(conn)?)
}

/// Adds a key.
///
/// # Errors
/// Those of the database.
pub fn add(conn: &mut Conn, key: &SigningKey) -> Result<()> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&key.kid),
            signing_keys::private_key.eq(&key.private_key),
            signing_keys::public_key.eq(&key.public_key),
            signing_keys::created_at.eq(key.created_at),
            signing_keys::retires_at.eq(key.retires_at),
        ))
        .execute(conn)?;
    Ok(())
}
