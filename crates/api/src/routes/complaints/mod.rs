//! Complaints: filed, answered, decided by an inspector who belongs to neither side.
mod answer;
mod decide;
mod file;
mod get;
mod list;
mod withdraw;

use super::orders::Party;
use crate::http::Reply;
use crate::http::call::Work;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Conn;
use store::complaints::{self, Complaint};
use store::ids::OrganisationId;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(file::file)
        .service(list::list)
        .service(get::get)
        .service(answer::answer)
        .service(decide::decide)
        .service(withdraw::withdraw);
}

/// What the other side says.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    text: String,
    answered_at: DateTime<Utc>,
}

/// What the inspector found.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    /// upheld, `partly_upheld` or rejected.
    #[schema(example = "upheld")]
    finding: &'static str,
    text: String,
    decided_at: DateTime<Utc>,
}

/// A complaint, as those see it whom it concerns.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintView {
    id: Uuid,
    /// Distinct among its complainant's.
    #[schema(example = "CP-2026-000003")]
    reference: String,
    complainant: Party,
    respondent: Party,
    /// Whose inspectors decide.
    network: Party,
    /// `purchase_order` (a delivery), round (a ranking) or dossier (a decision on a verification).
    #[schema(example = "purchase_order")]
    object: &'static str,
    object_id: Uuid,
    grounds: String,
    /// filed, unanswered, answered, decided or withdrawn.
    #[schema(example = "filed")]
    status: &'static str,
    statement: Option<StatementView>,
    outcome: Option<OutcomeView>,
    filed_at: DateTime<Utc>,
    /// Until when nobody decides unless the other side has answered.
    statement_due_at: DateTime<Utc>,
    /// Until when it should be decided.
    outcome_due_at: DateTime<Utc>,
    /// Since when the outcome is overdue.
    overdue_at: Option<DateTime<Utc>>,
}

impl ComplaintView {
    fn new(complaint: Complaint, names: &BTreeMap<OrganisationId, String>) -> Self {
        Self {
            id: complaint.id.uuid(),
            complainant: Party::of(complaint.complainant, names),
            respondent: Party::of(complaint.respondent, names),
            network: Party::of(complaint.network, names),
            reference: complaint.reference,
            object: complaint.object.0.as_str(),
            object_id: complaint.object.1,
            grounds: complaint.grounds,
            status: complaint.state.as_str(),
            statement: complaint.statement.map(|(text, at)| StatementView {
                text,
                answered_at: at.utc(),
            }),
            outcome: complaint.outcome.map(|(finding, text, at)| OutcomeView {
                finding: finding.as_str(),
                text,
                decided_at: at.utc(),
            }),
            filed_at: complaint.filed_at.utc(),
            statement_due_at: complaint.statement_due_at.utc(),
            outcome_due_at: complaint.outcome_due_at.utc(),
            overdue_at: complaint.overdue_at.map(Time::utc),
        }
    }
}

/// The complaint with its names, as an answer.
fn reply(conn: &mut Conn, complaint: Complaint) -> Work<Reply> {
    let names = complaints::names(conn, std::slice::from_ref(&complaint))?;
    let version = complaint.version;
    let view = ComplaintView::new(complaint, &names);
    Ok(Reply::ok(&view, version)?)
}
