//! `POST /auth/logout`.
use crate::http::{Answer, Call, Problem, Reply};
use actix_web::post;
use store::error::Code;
use store::identity::sessions;

/// Ends the session: its tokens stop at once.
#[utoipa::path(tag = "Access", operation_id = "auth_logout",
    responses((status = 204, description = "The session is over.")))]
#[post("/auth/logout")]
pub async fn logout(call: Call) -> Answer {
    let Some(session) = call.claims()?.session() else {
        let detail = "A machine has no session.";
        return Err(Problem::new(Code::PeopleOnly, detail));
    };
    call.write(None, move |conn, actor| {
        sessions::revoke(conn, session, "logged out", actor.now)?;
        Ok(Reply::nothing())
    })
    .await
}
