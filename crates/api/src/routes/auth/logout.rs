//! `POST /auth/logout`.
use crate::http::{Answer, Call, Reply};
use actix_web::post;
use store::identity::sessions;

/// Ends the session: its tokens stop at once.
#[utoipa::path(tag = "Access", operation_id = "auth_logout",
    responses((status = 204, description = "The session is over.")))]
#[post("/auth/logout")]
pub async fn logout(call: Call) -> Answer {
    let session = call.claims().await?.session();
    call.write(None, move |conn, actor| {
        sessions::revoke(conn, session, "logged out", actor.now)?;
        Ok(Reply::nothing())
    })
    .await
}
