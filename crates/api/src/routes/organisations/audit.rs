//! `GET /audit-log`.
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use chrono::{DateTime, Utc};
use governance::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::operations::audit::{self, Entry};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this thing only.
    object_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One act in your organisation's name.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    id: Uuid,
    at: DateTime<Utc>,
    /// Absent for what the server did by itself.
    person_id: Option<Uuid>,
    /// By which mandate.
    mandate_id: Option<Uuid>,
    /// noun.verb.
    #[schema(example = "order.approve")]
    act: String,
    #[schema(example = "order")]
    object_kind: String,
    object_id: Uuid,
    /// What it was.
    before: Option<Value>,
    /// What it became.
    after: Option<Value>,
    trace_id: String,
}

impl From<Entry> for AuditView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.uuid(),
            at: entry.at.utc(),
            person_id: entry.person.map(store::ids::PersonId::uuid),
            mandate_id: entry.mandate.map(store::ids::MandateId::uuid),
            object_id: entry.object(),
            before: entry.before().cloned(),
            after: entry.after().cloned(),
            act: entry.act,
            object_kind: entry.object_kind,
            trace_id: entry.trace_id,
        }
    }
}

/// Lists what was done in your organisation's name, oldest first. Nobody can change or remove an entry.
#[utoipa::path(tag = "Organisations", operation_id = "audit_log_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<AuditView>)))]
#[get("/audit-log")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    call.read(move |conn, actor| {
        actor.require(&[
            Role::Admin,
            Role::Accountant,
            Role::Treasurer,
            Role::Inspector,
        ])?;
        let rows = audit::list(
            conn,
            actor.organisation,
            wanted.object_id,
            page.after(),
            page.rows(),
        )?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            AuditView::from,
        ))?)
    })
    .await
}
