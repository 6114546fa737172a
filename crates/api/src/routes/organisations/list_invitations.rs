//! `GET /invitations`.
use super::InvitationView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::identity::invitations;
use utoipa::IntoParams;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists your organisation's invitations.
#[utoipa::path(tag = "Organisations", operation_id = "invitations_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<InvitationView>)))]
#[get("/invitations")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = invitations::list(conn, actor, page.after(), page.rows())?;
        let now = actor.now;
        let list = page.list(
            rows,
            |row| row.id.uuid(),
            |row| InvitationView::at(&row, now),
        );
        Ok(Reply::list(&list)?)
    })
    .await
}
