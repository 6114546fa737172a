//! `POST /auth/refresh`.
use super::{TokenPair, pair};
use crate::auth::secrets;
use crate::http::{Answer, Body, Call, Problem};
use actix_web::post;
use serde::Deserialize;
use store::error::Code;
use store::identity::sessions::{self, Refreshed};
use utoipa::ToSchema;

/// A refresh token that was not used yet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token.
    refresh_token: String,
}

/// Trades a refresh token for the next pair. A token that was used before ends its whole session:
/// either the holder or a thief has the copy.
#[utoipa::path(tag = "Access", operation_id = "auth_refresh", security(()), request_body = Refresh,
    responses((status = 200, description = "Tokens.", body = TokenPair)),
    extensions(("x-problem-codes" = json!(["invalid_refresh_token"]))))]
#[post("/auth/refresh")]
pub async fn refresh(call: Call, body: Body<Refresh>) -> Answer {
    let old = secrets::digest(&body.value.refresh_token);
    let (token, digest) = secrets::fresh();
    let now = call.now;
    let refreshed = call
        .app
        .db
        .write(move |conn| {
            let refreshed = sessions::refresh(conn, &old, &digest, now)?;
            let Refreshed::Session(session) = refreshed else {
                return Ok((refreshed, None));
            };
            let memberships = sessions::memberships_of(conn, session.person)?;
            let organisation = memberships
                .into_iter()
                .find(|(membership, ..)| *membership == session.membership)
                .map(|(_, organisation, _)| organisation);
            Ok((refreshed, organisation))
        })
        .await?;
    match refreshed {
        (Refreshed::Session(session), Some(organisation)) => {
            call.answer(pair(&call, session, organisation, token))
        }
        (Refreshed::Reused, _) => Err(Problem::new(
            Code::InvalidRefreshToken,
            "This refresh token was used before: its session is over. Log in again.",
        )),
        _ => Err(Problem::new(
            Code::InvalidRefreshToken,
            "This refresh token is not known or has expired. Log in again.",
        )),
    }
}
