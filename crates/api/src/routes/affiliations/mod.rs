//! Affiliations: which union belongs to which federation, which branch to which union.
mod act;
mod get;
mod list;
mod propose;

use super::orders::Party;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Conn;
use store::error::Result;
use store::identity::affiliations::{self, Affiliation};
use store::ids::OrganisationId;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(propose::propose)
        .service(list::list)
        .service(get::get)
        .service(act::accept)
        .service(act::refuse)
        .service(act::withdraw)
        .service(act::end);
}

/// An affiliation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AffiliationView {
    id: Uuid,
    /// Who belongs, or asks to.
    child: Party,
    /// To whom.
    parent: Party,
    /// proposed, accepted, refused, withdrawn or ended.
    #[schema(example = "accepted")]
    status: &'static str,
    proposed_at: DateTime<Utc>,
    /// When the parent answered, or the child took its question back.
    answered_at: Option<DateTime<Utc>>,
    /// When one of them left.
    ended_at: Option<DateTime<Utc>>,
}

impl AffiliationView {
    fn new(affiliation: &Affiliation, names: &BTreeMap<OrganisationId, String>) -> Self {
        Self {
            id: affiliation.id.uuid(),
            child: Party::of(affiliation.child, names),
            parent: Party::of(affiliation.parent, names),
            status: affiliation.state.as_str(),
            proposed_at: affiliation.proposed_at.utc(),
            answered_at: affiliation.answered_at.map(Time::utc),
            ended_at: affiliation.ended_at.map(Time::utc),
        }
    }

    /// The affiliation with the names of both sides.
    fn of(conn: &mut Conn, affiliation: &Affiliation) -> Result<Self> {
        let names = affiliations::names(conn, std::slice::from_ref(affiliation))?;
        Ok(Self::new(affiliation, &names))
    }
}
