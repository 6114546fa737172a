//! Who acts, for which organisation, by which mandate, and when.
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::{MandateId, MembershipId, OrganisationId, PersonId};
use crate::sql::Time;
use governance::{OrganisationKind, Role};

/// The person behind a request, loaded and checked in the request's own transaction, so that a
/// recall takes effect with the next act.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The organisation acted for: exactly one.
    pub organisation: OrganisationId,
    /// What kind of organisation that is.
    pub kind: OrganisationKind,
    /// Whether it has been admitted to trade.
    pub admitted: bool,
    /// The membership.
    pub membership: MembershipId,
    /// The mandate, where the organisation gave one.
    pub mandate: Option<MandateId>,
    /// What the mandate allows; every member has [`Role::Member`].
    pub roles: Vec<Role>,
    /// When the request was made.
    pub now: Time,
    /// The request's trace id, for the audit log.
    pub trace_id: String,
}

impl Actor {
    /// Whether the actor holds `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The actor must hold one of `roles`.
    ///
    /// # Errors
    /// [`Code::Forbidden`], naming the roles.
    pub fn require(&self, roles: &[Role]) -> Result<()> {
        if roles.iter().any(|&role| self.has(role)) {
            return Ok(());
        }
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        Err(forbidden(format!(
            "This needs a mandate as {}.",
            names.join(" or ")
        )))
    }

    /// The actor must act for an organisation of one of `kinds`.
    ///
    /// # Errors
    /// [`Code::Forbidden`], naming the kinds.
    pub fn require_kind(&self, kinds: &[OrganisationKind]) -> Result<()> {
        if kinds.contains(&self.kind) {
            return Ok(());
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        Err(forbidden(format!(
            "Only a {} can do this.",
            names.join(" or a ")
        )))
    }

    /// The organisation must have been admitted: nobody trades before.
    ///
    /// # Errors
    /// [`Code::NotAdmitted`].
    pub fn require_admitted(&self) -> Result<()> {
        if self.admitted {
            return Ok(());
        }
        Err(Refusal::new(
            Code::NotAdmitted,
            "Your organisation has not been admitted yet.",
        )
        .into())
    }
}

fn forbidden(detail: String) -> Error {
    Refusal::new(Code::Forbidden, detail).into()
}
