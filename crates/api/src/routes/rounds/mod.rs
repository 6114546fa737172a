//! Procurement rounds: convened by a network, entered by buyers, matched as one.
mod act;
mod convene;
mod enter;
mod entries;
mod get;
mod leave;
mod list;
mod plan;
mod planned;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::Conn;
use store::error::Result;
use store::ids::{JobId, ProposalId, RoundId};
use store::needs::matching::seed_of;
use store::rounds::entries::Entry;
use store::rounds::{Round, entries as in_round};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(convene::convene)
        .service(list::list)
        .service(get::get)
        .service(act::cancel)
        .service(plan::plan)
        .service(planned::get)
        .service(enter::enter)
        .service(entries::list)
        .service(entries::get)
        .service(leave::leave);
}

/// A round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundView {
    id: Uuid,
    #[schema(example = "R-2026-000001")]
    reference: String,
    /// The network that convened it.
    network_id: Uuid,
    #[schema(example = "School supplies, first half of 2027")]
    title: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// Those take part whose assemblies adopted it.
    rule_set_id: Uuid,
    /// open, planning, planned or cancelled.
    #[schema(example = "open")]
    status: &'static str,
    /// How many needs are in it.
    #[schema(example = 12)]
    needs: i64,
    /// Decides the lottery between equals; nobody chooses it.
    seed: i64,
    /// The job that plans it, or planned it last: for the network's own people, under `/jobs`.
    job_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    /// When its plan was made.
    planned_at: Option<DateTime<Utc>>,
}

impl RoundView {
    /// The round with what is in it.
    fn of(conn: &mut Conn, round: Round) -> Result<Self> {
        let needs = in_round::count(conn, round.id)?;
        Ok(Self::with(round, needs))
    }

    /// Rounds with what is in each.
    fn all(conn: &mut Conn, rounds: Vec<Round>) -> Result<Vec<Self>> {
        let ids: Vec<RoundId> = rounds.iter().map(|round| round.id).collect();
        let needs = in_round::counts(conn, &ids)?;
        let views = rounds.into_iter().map(|round| {
            let needs = needs.get(&round.id).copied().unwrap_or(0);
            Self::with(round, needs)
        });
        Ok(views.collect())
    }

    fn with(round: Round, needs: i64) -> Self {
        Self {
            id: round.id.uuid(),
            needs,
            reference: round.reference,
            network_id: round.network.uuid(),
            title: round.terms.title,
            currency: round.terms.currency.code().to_owned(),
            rule_set_id: round.terms.rule_set.uuid(),
            status: round.state.as_str(),
            seed: seed_of(round.id.uuid()),
            job_id: round.job.map(JobId::uuid),
            created_at: round.created_at.utc(),
            planned_at: round.planned_at.map(store::sql::Time::utc),
        }
    }
}

/// A need in a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    round_id: Uuid,
    need_id: Uuid,
    /// Whose need it is.
    buyer_id: Uuid,
    /// What came of it, for the buyer to order by; null until the round is planned.
    proposal_id: Option<Uuid>,
    entered_at: DateTime<Utc>,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            round_id: entry.round.uuid(),
            need_id: entry.need.uuid(),
            buyer_id: entry.buyer.uuid(),
            proposal_id: entry.proposal.map(ProposalId::uuid),
            entered_at: entry.entered_at.utc(),
        }
    }
}
