//! Rule sets: proposed, adopted by assemblies of both sides, published, and never changed.
mod adopt;
mod get;
mod list;
mod list_adoptions;
mod parameters;
mod propose;
mod publish;
mod withdraw;

pub use parameters::Parameters;

use super::assembly_records::TurnoutView;
use crate::http::call::Work;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use store::Conn;
use store::governance::rule_sets::{self, Adopted, Proposed, Sides};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(propose::propose)
        .service(list::list)
        .service(get::get)
        .service(adopt::adopt)
        .service(list_adoptions::list)
        .service(publish::publish)
        .service(withdraw::withdraw);
}

/// A rule set, with how many have adopted it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSetView {
    id: Uuid,
    parameters: Parameters,
    /// What assemblies vote on: the parameters in one line. Send it as the `text` of an assembly record.
    text: String,
    /// SHA-256 of the text.
    text_hash: String,
    /// draft, published or withdrawn.
    #[schema(example = "draft")]
    status: &'static str,
    /// The organisation that proposed it.
    proposed_by: Uuid,
    proposed_at: DateTime<Utc>,
    /// The first day, where it is published.
    starts_on: Option<NaiveDate>,
    /// The organisation that published it.
    published_by: Option<Uuid>,
    published_at: Option<DateTime<Utc>>,
    /// Unions and community organisations whose assemblies adopted it.
    adopted_by_buyers: i64,
    /// Co-operatives whose assemblies adopted it.
    adopted_by_suppliers: i64,
}

impl RuleSetView {
    fn of(rule_set: Proposed, adopted: Sides) -> Work<Self> {
        Ok(Self {
            id: rule_set.id.uuid(),
            text: rule_sets::text(&rule_set.rules)?,
            parameters: rule_set.rules.into(),
            text_hash: rule_set.text_hash.to_string(),
            status: rule_set.status.as_str(),
            proposed_by: rule_set.proposed_by.uuid(),
            proposed_at: rule_set.proposed_at.utc(),
            starts_on: rule_set.starts_on,
            published_by: rule_set.published_by.map(store::ids::OrganisationId::uuid),
            published_at: rule_set.published_at.map(store::sql::Time::utc),
            adopted_by_buyers: adopted.buyers,
            adopted_by_suppliers: adopted.suppliers,
        })
    }

    fn counted(conn: &mut Conn, rule_set: Proposed) -> Work<Self> {
        let counted = rule_sets::count_adoptions(conn, &[rule_set.id])?;
        let adopted = counted.get(&rule_set.id).copied().unwrap_or_default();
        Self::of(rule_set, adopted)
    }
}

/// An organisation's adoption, with the turnout of the assembly behind it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdoptionView {
    organisation_id: Uuid,
    /// buyers or suppliers.
    #[schema(example = "buyers")]
    side: &'static str,
    assembly_record_id: Uuid,
    held_on: NaiveDate,
    votes_for: u32,
    votes_against: u32,
    abstentions: u32,
    turnout: TurnoutView,
    adopted_at: DateTime<Utc>,
}

impl From<Adopted> for AdoptionView {
    fn from(adopted: Adopted) -> Self {
        let record = &adopted.assembly_record;
        let facts = record.record.facts();
        Self {
            organisation_id: adopted.organisation.uuid(),
            side: adopted.side.as_str(),
            assembly_record_id: record.id.uuid(),
            held_on: facts.held_on,
            votes_for: facts.votes_for,
            votes_against: facts.votes_against,
            abstentions: facts.abstentions,
            turnout: record.record.turnout().into(),
            adopted_at: adopted.adopted_at.utc(),
        }
    }
}
