//! `GET /members`.
use super::MandateView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::{Deserialize, Serialize};
use store::identity::memberships::{self, Member};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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

/// A member of your organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    membership_id: Uuid,
    person_id: Uuid,
    name: String,
    email: String,
    /// The mandate in force.
    mandate: Option<MandateView>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            membership_id: member.id.uuid(),
            person_id: member.person.uuid(),
            name: member.name,
            email: member.email,
            mandate: member.mandate.map(MandateView::from),
        }
    }
}

/// Lists the members of your organisation with their mandates in force.
#[utoipa::path(tag = "Organisations", operation_id = "members_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<MemberView>)))]
#[get("/members")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let rows = memberships::members(conn, actor, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            MemberView::from,
        ))?)
    })
    .await
}
