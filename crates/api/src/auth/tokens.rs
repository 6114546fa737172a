//! Access tokens: JWTs signed with ES256, for 15 minutes (RFC 7519, RFC 8725, RFC 9068). A token names
//! a session or a machine; what its holder may do is read from the database with every request.
use crate::http::Problem;
use crate::http::problem::internal;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, RwLock};
use store::error::Code;
use store::identity::clients::{self, Known};
use store::identity::keys::{self, SigningKey};
use store::identity::sessions::{self, Session};
use store::ids::{ClientId, OrganisationId, SessionId};
use store::sql::Time;
use store::{Actor, Conn, Db, Error};
use utoipa::ToSchema;
use uuid::Uuid;

/// How long an access token is good for.
pub const ACCESS_FOR: TimeDelta = TimeDelta::minutes(15);
/// A key signs for this long.
const SIGNS_FOR: TimeDelta = TimeDelta::days(30);
/// And verifies for this long: far beyond the last token that it signed.
const VERIFIES_FOR: TimeDelta = TimeDelta::days(37);
/// The audience of our tokens: this API.
const AUDIENCE: &str = "minga-api";

/// What an access token says, on the wire. A person's names a session; a machine's names it and its scopes.
#[derive(Serialize, Deserialize)]
struct Wire {
    /// Issuer.
    iss: String,
    /// Audience.
    aud: String,
    /// The person, or the machine.
    sub: Uuid,
    /// The organisation acted for.
    org: Uuid,
    /// The session of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Uuid>,
    /// Its scopes, between spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// Issued at, seconds since 1970.
    iat: i64,
    /// Expires at, seconds since 1970.
    exp: i64,
    /// Names this token.
    jti: Uuid,
}

/// Who holds a token.
#[derive(Clone, Debug)]
enum Holder {
    Person(SessionId),
    Machine { id: ClientId, scopes: Vec<String> },
}

/// What an access token of ours says.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The person or the machine: whose idempotency keys these are.
    pub subject: Uuid,
    /// The organisation acted for.
    pub organisation: Uuid,
    holder: Holder,
}

impl Claims {
    fn read(wire: Wire) -> Result<Self, Problem> {
        let holder = match (wire.sid, wire.client_id, wire.scope) {
            (Some(session), None, None) => Holder::Person(session.into()),
            (None, Some(id), Some(scope)) => Holder::Machine {
                id: id.into(),
                scopes: scope.split(' ').map(str::to_owned).collect(),
            },
            _ => return Err(refused("The token names neither a session nor a machine.")),
        };
        Ok(Self {
            subject: wire.sub,
            organisation: wire.org,
            holder,
        })
    }

    /// The session that a person's token belongs to.
    pub fn session(&self) -> Option<SessionId> {
        match &self.holder {
            Holder::Person(session) => Some(*session),
            Holder::Machine { .. } => None,
        }
    }

    /// Whether the token can be used where a machine needs `scope`, or where none may come.
    ///
    /// # Errors
    /// [`Code::PeopleOnly`], [`Code::InsufficientScope`].
    pub fn allow(&self, scope: Option<&str>) -> Result<(), Problem> {
        let Holder::Machine { scopes, .. } = &self.holder else {
            return Ok(());
        };
        let Some(scope) = scope else {
            let detail = "This is for people: no machine may do it.";
            return Err(Problem::new(Code::PeopleOnly, detail));
        };
        if scopes.iter().any(|held| held == scope) {
            return Ok(());
        }
        let detail = format!("This needs a token with the scope {scope}.");
        Err(Problem::new(Code::InsufficientScope, detail))
    }

    /// Who acts, as things stand now.
    ///
    /// # Errors
    /// [`Code::MandateEnded`], [`Code::Unauthenticated`].
    pub fn actor(&self, conn: &mut Conn, now: Time, trace_id: &str) -> Result<Actor, Error> {
        match &self.holder {
            Holder::Person(session) => sessions::actor(conn, *session, now, trace_id),
            Holder::Machine { id, .. } => clients::actor(conn, *id, now, trace_id),
        }
    }
}

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    point: Vec<u8>,
    created_at: Time,
}

/// Signs and verifies; shared by all requests.
pub struct Tokens {
    issuer: String,
    keys: RwLock<Arc<Vec<Key>>>,
}

/// The public half of a key (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKey {
    /// Key type: EC.
    pub kty: &'static str,
    /// Curve: P-256.
    pub crv: &'static str,
    /// Algorithm: ES256.
    pub alg: &'static str,
    /// Use: sig.
    #[serde(rename = "use")]
    pub purpose: &'static str,
    /// Names the key.
    pub kid: String,
    /// Coordinate, base64url.
    pub x: String,
    /// Coordinate, base64url.
    pub y: String,
}

impl Tokens {
    /// Loads the keys, and makes one where there is none or the newest has signed for long enough.
    ///
    /// # Errors
    /// Those of the database, or [`Code::Internal`] for a key that cannot be read.
    pub async fn load(db: &Db, issuer: String, now: Time) -> Result<Self, Problem> {
        let fresh = generate(now)?;
        let rows = db
            .write(move |conn| {
                let rows = keys::accepted(conn, now)?;
                let signs = rows
                    .first()
                    .is_some_and(|newest| newest.created_at.plus(SIGNS_FOR) > now);
                if signs {
                    return Ok(rows);
                }
                keys::add(conn, &fresh)?;
                keys::accepted(conn, now)
            })
            .await?;
        let keys = rows.iter().map(Key::read).collect::<Result<_, _>>()?;
        Ok(Self {
            issuer,
            keys: RwLock::new(Arc::new(keys)),
        })
    }

    fn keys(&self) -> Arc<Vec<Key>> {
        match self.keys.read() {
            Ok(keys) => Arc::clone(&keys),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    async fn reload(&self, db: &Db, now: Time) -> Result<(), Problem> {
        let rows = db.read(move |conn| keys::accepted(conn, now)).await?;
        let keys = rows.iter().map(Key::read).collect::<Result<_, _>>()?;
        if let Ok(mut present) = self.keys.write() {
            *present = Arc::new(keys);
        }
        Ok(())
    }

    /// A token for a person's session.
    ///
    /// # Errors
    /// [`Code::Internal`] where there is no key.
    pub fn sign(
        &self,
        session: Session,
        organisation: OrganisationId,
        now: Time,
    ) -> Result<String, Problem> {
        self.encode(&Wire {
            sid: Some(session.id.uuid()),
            ..self.wire(session.person.uuid(), organisation, now)
        })
    }

    /// A token for a machine, with these of its scopes (RFC 9068).
    ///
    /// # Errors
    /// [`Code::Internal`] where there is no key.
    pub fn sign_for_machine(
        &self,
        machine: &Known,
        scope: String,
        now: Time,
    ) -> Result<String, Problem> {
        self.encode(&Wire {
            client_id: Some(machine.id.uuid()),
            scope: Some(scope),
            ..self.wire(machine.id.uuid(), machine.organisation, now)
        })
    }

    fn wire(&self, subject: Uuid, organisation: OrganisationId, now: Time) -> Wire {
        Wire {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: subject,
            org: organisation.uuid(),
            sid: None,
            client_id: None,
            scope: None,
            iat: now.utc().timestamp(),
            exp: now.plus(ACCESS_FOR).utc().timestamp(),
            jti: Uuid::now_v7(),
        }
    }

    fn encode(&self, claims: &Wire) -> Result<String, Problem> {
        let keys = self.keys();
        let key = keys.first().ok_or_else(internal)?;
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(key.kid.clone());
        header.typ = Some("at+jwt".to_owned());
        encode(&header, claims, &key.encoding).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            internal()
        })
    }

    /// The claims of a token that one of our keys signed and that has not expired. A key that another
    /// replica made meanwhile is fetched.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`].
    pub async fn verify(&self, token: &str, db: &Db, now: Time) -> Result<Claims, Problem> {
        let header = decode_header(token).map_err(|_| refused("The token cannot be read."))?;
        let typed = header.typ.as_deref() == Some("at+jwt");
        let Some(kid) = header.kid.filter(|_| typed) else {
            return Err(refused("This is not an access token of this server."));
        };
        let mut keys = self.keys();
        // Anybody can name a key that there is not: only ids of our form are worth a query.
        if keys.iter().all(|key| key.kid != kid) && Uuid::parse_str(&kid).is_ok() {
            self.reload(db, now).await?;
            keys = self.keys();
        }
        let key = keys
            .iter()
            .find(|key| key.kid == kid)
            .ok_or_else(|| refused("The token was signed with a key that is not accepted."))?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        validation.leeway = 0;
        let token = decode::<Wire>(token, &key.decoding, &validation)
            .map_err(|_| refused("The token has expired or was not made by this server."))?;
        Claims::read(token.claims)
    }

    /// The public keys, for others to verify with.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.keys().iter().filter_map(Key::public).collect()
    }

    /// When the signing key was made.
    pub fn signing_since(&self) -> Option<Time> {
        self.keys().first().map(|key| key.created_at)
    }
}

fn refused(detail: &str) -> Problem {
    Problem::new(Code::Unauthenticated, detail)
}

fn generate(now: Time) -> Result<SigningKey, Problem> {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        .map_err(|_| internal())?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())
        .map_err(|_| internal())?;
    Ok(SigningKey {
        kid: Uuid::now_v7().to_string(),
        private_key: STANDARD.encode(pkcs8.as_ref()),
        public_key: STANDARD.encode(pair.public_key().as_ref()),
        created_at: now,
        retires_at: now.plus(VERIFIES_FOR),
    })
}

impl Key {
    fn read(row: &SigningKey) -> Result<Self, Problem> {
        let unreadable = |_| {
            tracing::error!(kid = %row.kid, "a signing key cannot be read");
            internal()
        };
        let private = STANDARD.decode(&row.private_key).map_err(unreadable)?;
        let point = STANDARD.decode(&row.public_key).map_err(unreadable)?;
        Ok(Self {
            kid: row.kid.clone(),
            encoding: EncodingKey::from_ec_der(&private),
            decoding: DecodingKey::from_ec_der(&point),
            point,
            created_at: row.created_at,
        })
    }

    /// The uncompressed point is 0x04, x, y.
    fn public(&self) -> Option<PublicKey> {
        Some(PublicKey {
            kty: "EC",
            crv: "P-256",
            alg: "ES256",
            purpose: "sig",
            kid: self.kid.clone(),
            x: URL_SAFE_NO_PAD.encode(self.point.get(1..33)?),
            y: URL_SAFE_NO_PAD.encode(self.point.get(33..65)?),
        })
    }
}
