//! Dossiers: a co-operative asks a network for verification; the network visits, files findings, signs
//! or refuses. No operation deletes a finding.
mod change;
mod create;
mod file_finding;
mod get;
mod get_finding;
mod list;
mod list_findings;
mod refuse;
mod sign;
mod submit;
mod verifications;
mod visit;

use crate::http::{Fields, Problem, Reply, wire};
use chrono::{DateTime, NaiveDate, Utc};
use governance::{DossierFacts, Origin};
use serde::{Deserialize, Serialize};
use store::governance::dossiers::{Content, Dossier};
use store::governance::findings::Filed;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create)
        .service(list::list)
        .service(get::get)
        .service(change::change)
        .service(submit::submit)
        .service(submit::withdraw)
        .service(visit::visit)
        .service(file_finding::file)
        .service(list_findings::list)
        .service(get_finding::get)
        .service(sign::sign)
        .service(refuse::refuse)
        .service(verifications::list);
}

/// No workplace of the movement has more people.
const PEOPLE_MAX: u32 = 1_000_000;

/// An application for verification: what a co-operative says of itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DossierContent)]
pub struct ContentBody {
    /// The network that is asked; you need not be its member.
    network_id: Uuid,
    /// Members who work there.
    #[schema(example = 52, maximum = 1_000_000)]
    members: u32,
    /// People who work there and are not members.
    #[schema(example = 4, maximum = 1_000_000)]
    hired: u32,
    one_person_one_vote: bool,
    last_assembly_on: Option<NaiveDate>,
    founded_on: NaiveDate,
    /// recovered, retrenched, strike or other.
    #[schema(example = "recovered")]
    origin: String,
    /// Your assembly's record, about verification, by which it decided to ask.
    assembly_record_id: Option<Uuid>,
}

impl ContentBody {
    fn parse(&self) -> Result<Content, Problem> {
        let mut fields = Fields::new();
        for (pointer, people) in [("/members", self.members), ("/hired", self.hired)] {
            let detail = format!("This is a number from 0 to {PEOPLE_MAX}.");
            fields.require(people <= PEOPLE_MAX, pointer, detail);
        }
        let last_assembly_on = self
            .last_assembly_on
            .map(|day| wire::day(&mut fields, "/last_assembly_on", day));
        let founded_on = wire::day(&mut fields, "/founded_on", self.founded_on);
        let origin = fields.take("/origin", Origin::parse(&self.origin));
        fields.finish(|| {
            Some(Content {
                network: self.network_id.into(),
                facts: DossierFacts {
                    members: self.members,
                    hired: self.hired,
                    one_person_one_vote: self.one_person_one_vote,
                    last_assembly_on: last_assembly_on.flatten(),
                    founded_on: founded_on?,
                    origin: origin?,
                },
                assembly_record: self.assembly_record_id.map(Into::into),
            })
        })
    }
}

/// A signature: what it is worth and for how long.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureView {
    /// verified, or provisional for a co-operative of less than a year.
    #[schema(example = "verified")]
    standing: &'static str,
    signed_on: NaiveDate,
    /// The last day.
    expires_on: NaiveDate,
    /// Who signed.
    signed_by: Option<Uuid>,
}

/// A dossier.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierView {
    id: Uuid,
    cooperative_id: Uuid,
    /// draft, submitted, signed, refused or withdrawn.
    #[schema(example = "submitted")]
    status: &'static str,
    /// The network that is asked.
    network_id: Uuid,
    /// Members who work there.
    #[schema(example = 52)]
    members: u32,
    /// People who work there and are not members.
    #[schema(example = 4)]
    hired: u32,
    one_person_one_vote: bool,
    last_assembly_on: Option<NaiveDate>,
    founded_on: NaiveDate,
    /// recovered, retrenched, strike or other.
    #[schema(example = "recovered")]
    origin: String,
    /// The assembly's record by which it decided to ask.
    assembly_record_id: Option<Uuid>,
    /// The day on which the verifier was there.
    visited_on: Option<NaiveDate>,
    signature: Option<SignatureView>,
    refusal_reason: Option<String>,
    created_at: DateTime<Utc>,
    submitted_at: Option<DateTime<Utc>>,
}

impl From<Dossier> for DossierView {
    fn from(dossier: Dossier) -> Self {
        Self {
            id: dossier.id.uuid(),
            cooperative_id: dossier.cooperative.uuid(),
            status: dossier.status.as_str(),
            network_id: dossier.network.uuid(),
            members: dossier.facts.members,
            hired: dossier.facts.hired,
            one_person_one_vote: dossier.facts.one_person_one_vote,
            last_assembly_on: dossier.facts.last_assembly_on,
            founded_on: dossier.facts.founded_on,
            origin: dossier.facts.origin.to_string(),
            assembly_record_id: dossier
                .assembly_record
                .map(store::ids::AssemblyRecordId::uuid),
            visited_on: dossier.visited_on,
            signature: dossier.verification.map(|verification| SignatureView {
                standing: verification.standing().as_str(),
                signed_on: verification.signed_on(),
                expires_on: verification.expires_on(),
                signed_by: dossier.signed_by.map(store::ids::PersonId::uuid),
            }),
            refusal_reason: dossier.refusal_reason,
            created_at: dossier.created_at.utc(),
            submitted_at: dossier.submitted_at.map(store::sql::Time::utc),
        }
    }
}

fn reply(dossier: Dossier) -> Result<Reply, Problem> {
    let version = dossier.version;
    Reply::ok(&DossierView::from(dossier), version)
}

/// A finding never changes.
const FINDING_VERSION: i64 = 1;

/// A finding. It stays on file for ever; another that names it can replace it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    id: Uuid,
    /// The dossier under which it was filed; it may be an earlier one.
    dossier_id: Uuid,
    /// Who filed it.
    author_id: Uuid,
    /// minor or major.
    #[schema(example = "minor")]
    size: &'static str,
    #[schema(example = "The minutes of the last two assemblies are not signed.")]
    text: String,
    /// The finding that it replaces.
    amends_id: Option<Uuid>,
    /// Whether it closes the matter.
    closes: bool,
    created_at: DateTime<Utc>,
}

impl From<Filed> for FindingView {
    fn from(filed: Filed) -> Self {
        Self {
            id: filed.id.uuid(),
            dossier_id: filed.dossier.uuid(),
            author_id: filed.author.uuid(),
            size: filed.size.as_str(),
            text: filed.text,
            amends_id: filed.amends.map(store::ids::FindingId::uuid),
            closes: filed.closes,
            created_at: filed.created_at.utc(),
        }
    }
}
