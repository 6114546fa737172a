//! Assembly records: put on file once, read by those to whom they were shown.
mod get;
mod list;
mod record;

use self::record::DecidedOrderText;
use chrono::{DateTime, NaiveDate, Utc};
use governance::{Irregularity, Outcome, TextHash, Turnout};
use serde::Serialize;
use store::governance::assembly::Recorded;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(record::record)
        .service(list::list)
        .service(get::get);
}

/// An assembly record never changes.
const VERSION: i64 = 1;

/// Who came, of those who could.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnoutView {
    #[schema(example = 41)]
    present: u32,
    /// Members with a vote.
    #[schema(example = 52)]
    eligible: u32,
}

impl From<Turnout> for TurnoutView {
    fn from(turnout: Turnout) -> Self {
        Self {
            present: turnout.present,
            eligible: turnout.eligible,
        }
    }
}

/// Why a vote does not count.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// `short_notice` or `below_quorum`.
    #[schema(example = "below_quorum")]
    code: &'static str,
    detail: String,
}

/// An assembly, and what it decided by the rules of its day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssemblyRecordView {
    id: Uuid,
    organisation_id: Uuid,
    /// verification, `rule_set`, mandate, `price_floor`, `premium_plan`, `approval_ladder`, order or other.
    #[schema(example = "rule_set")]
    subject: &'static str,
    #[schema(example = "Adopt the price rules 2026.1")]
    title: String,
    notice_on: NaiveDate,
    held_on: NaiveDate,
    votes_for: u32,
    votes_against: u32,
    abstentions: u32,
    /// SHA-256 of the text voted on.
    text_hash: String,
    /// SHA-256 of the minutes.
    minutes_hash: Option<String>,
    /// The order that was decided about.
    order: Option<DecidedOrderText>,
    /// carried, `not_carried` or `not_valid`.
    #[schema(example = "carried")]
    outcome: &'static str,
    /// Why the vote does not count.
    reasons: Vec<ReasonView>,
    turnout: TurnoutView,
    created_at: DateTime<Utc>,
}

impl From<Recorded> for AssemblyRecordView {
    fn from(recorded: Recorded) -> Self {
        let facts = recorded.record.facts();
        Self {
            id: recorded.id.uuid(),
            organisation_id: recorded.organisation.uuid(),
            subject: recorded.subject.as_str(),
            title: facts.title.clone(),
            notice_on: facts.notice_on,
            held_on: facts.held_on,
            votes_for: facts.votes_for,
            votes_against: facts.votes_against,
            abstentions: facts.abstentions,
            text_hash: facts.text_hash.to_string(),
            minutes_hash: recorded.minutes_hash.as_ref().map(TextHash::to_string),
            order: recorded.order.map(DecidedOrderText::from),
            outcome: recorded.outcome.as_str(),
            reasons: reasons(&recorded.outcome),
            turnout: recorded.record.turnout().into(),
            created_at: recorded.created_at.utc(),
        }
    }
}

fn reasons(outcome: &Outcome) -> Vec<ReasonView> {
    let irregularities: &[Irregularity] = match outcome {
        Outcome::NotValid(irregularities) => irregularities,
        Outcome::Carried | Outcome::NotCarried => &[],
    };
    irregularities
        .iter()
        .map(|irregularity| ReasonView {
            code: irregularity.code(),
            detail: irregularity.to_string(),
        })
        .collect()
}
