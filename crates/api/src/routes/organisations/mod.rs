//! Organisations: signing up, being admitted, members, mandates, invitations, their audit log.
mod accept_invitation;
mod answer;
mod audit;
mod change;
mod get;
mod get_invitation;
mod get_mandate;
mod grant_mandate;
mod invite;
mod join_network;
mod list;
mod list_invitations;
mod list_members;
mod recall_mandate;
mod sign_up;
mod withdraw_invitation;

use governance::Role;
use serde::Serialize;
use std::collections::BTreeSet;
use store::identity::invitations::Invitation;
use store::identity::memberships::GivenMandate;
use store::identity::organisations::Organisation;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::http::Fields;
use chrono::{DateTime, NaiveDate, Utc};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_up::sign_up)
        .service(list::list)
        .service(get::get)
        .service(change::change)
        .service(answer::admit)
        .service(answer::refuse)
        .service(join_network::join)
        .service(list_members::list)
        .service(grant_mandate::grant)
        .service(get_mandate::get)
        .service(recall_mandate::recall)
        .service(invite::invite)
        .service(list_invitations::list)
        // Before `/invitations/{id}`, which would match its path.
        .service(accept_invitation::accept)
        .service(get_invitation::get)
        .service(withdraw_invitation::withdraw)
        .service(audit::list);
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationView {
    id: Uuid,
    /// union, cooperative, network, community or operator.
    #[schema(example = "union")]
    kind: String,
    #[schema(example = "Sindicato Textil del Sur")]
    name: String,
    /// ISO 3166 alpha-2.
    #[schema(example = "AR")]
    country: String,
    tax_id: Option<String>,
    /// es, en or pt.
    #[schema(example = "es")]
    language: String,
    /// applied, admitted, refused or suspended.
    #[schema(example = "admitted")]
    status: String,
    created_at: DateTime<Utc>,
}

impl From<Organisation> for OrganisationView {
    fn from(organisation: Organisation) -> Self {
        Self {
            id: organisation.id.uuid(),
            kind: organisation.kind.to_string(),
            name: organisation.name,
            country: organisation.country,
            tax_id: organisation.tax_id,
            language: organisation.language,
            status: organisation.status.as_str().to_owned(),
            created_at: organisation.created_at.utc(),
        }
    }
}

/// A mandate: what a member may do for the organisation, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateView {
    id: Uuid,
    membership_id: Uuid,
    /// What it allows.
    #[schema(example = json!(["buyer"]))]
    roles: Vec<String>,
    starts_on: NaiveDate,
    /// The last day.
    expires_on: NaiveDate,
    recalled_at: Option<DateTime<Utc>>,
    recall_reason: Option<String>,
    /// The assembly's decision behind it.
    assembly_record_id: Option<Uuid>,
}

impl From<GivenMandate> for MandateView {
    fn from(mandate: GivenMandate) -> Self {
        Self {
            id: mandate.id.uuid(),
            membership_id: mandate.membership.uuid(),
            roles: words(&mandate.facts.roles),
            starts_on: mandate.facts.starts_on,
            expires_on: mandate.facts.expires_on,
            recalled_at: mandate.facts.recalled_at,
            recall_reason: mandate.recall_reason,
            assembly_record_id: mandate
                .assembly_record
                .map(store::ids::AssemblyRecordId::uuid),
        }
    }
}

/// An invitation by e-mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    id: Uuid,
    email: String,
    /// The roles of the mandate that comes with it.
    roles: Vec<String>,
    mandate_expires_on: NaiveDate,
    /// open, accepted, withdrawn or expired.
    #[schema(example = "open")]
    status: &'static str,
    expires_at: DateTime<Utc>,
}

impl InvitationView {
    fn at(invitation: &Invitation, now: Time) -> Self {
        Self {
            id: invitation.id.uuid(),
            email: invitation.email.clone(),
            roles: words(&invitation.roles),
            mandate_expires_on: invitation.mandate_expires_on,
            status: invitation.status(now),
            expires_at: invitation.expires_at.utc(),
        }
    }
}

fn words(roles: &BTreeSet<Role>) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}

fn read_roles(fields: &mut Fields, words: &[String]) -> BTreeSet<Role> {
    let mut roles = BTreeSet::new();
    for (index, word) in words.iter().enumerate() {
        roles.extend(fields.take(format!("/roles/{index}"), Role::parse(word)));
    }
    fields.require(
        !words.is_empty(),
        "/roles",
        "A mandate needs at least one role.",
    );
    roles
}

fn read_language(fields: &mut Fields, language: &str) -> Option<String> {
    let known = ["es", "en", "pt"].contains(&language);
    fields.require(known, "/language", "A language is es, en or pt.");
    known.then(|| language.to_owned())
}

fn read_tax_id(fields: &mut Fields, tax_id: Option<&str>) -> Option<Option<String>> {
    match tax_id {
        None => Some(None),
        Some(text) => fields.text("/tax_id", text, 40).map(Some),
    }
}
