//! Who cannot verify a co-operative: people with a stake in its sales.

use crate::organisation::OrganisationKind;
use crate::words::words;

words! {
    /// Why a verifier is not independent.
    Conflict, "conflict of interest" {
        /// A member of a union or a community organisation: they buy.
        MemberOfBuyer = "member_of_buyer",
        /// A member of the co-operative under verification.
        MemberOfCooperative = "member_of_cooperative",
    }
}

/// The conflicts of a verifier who is a member of `organisations`, in any role, when the dossier is that
/// of `cooperative`.
pub fn conflicts<Id: Eq>(
    organisations: &[(Id, OrganisationKind)],
    cooperative: &Id,
) -> Vec<Conflict> {
    let buys = organisations
        .iter()
        .any(|(_, kind)| matches!(kind, OrganisationKind::Union | OrganisationKind::Community));
    let own = organisations.iter().any(|(id, _)| id == cooperative);
    [
        (buys, Conflict::MemberOfBuyer),
        (own, Conflict::MemberOfCooperative),
    ]
    .into_iter()
    .filter_map(|(found, conflict)| found.then_some(conflict))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganisationKind::{Community, Cooperative, Network, Union};

    #[test]
    fn a_verifier_who_belongs_to_a_buyer_or_to_the_cooperative_is_not_independent() {
        let shirts = "shirts";
        assert_eq!(conflicts(&[("net", Network)], &shirts), []);
        assert_eq!(
            conflicts(&[("net", Network), ("tiles", Cooperative)], &shirts),
            []
        );
        assert_eq!(
            conflicts(&[("miners", Union)], &shirts),
            [Conflict::MemberOfBuyer]
        );
        assert_eq!(
            conflicts(&[("jobless", Community)], &shirts),
            [Conflict::MemberOfBuyer]
        );
        assert_eq!(
            conflicts(&[("miners", Union), ("shirts", Cooperative)], &shirts),
            [Conflict::MemberOfBuyer, Conflict::MemberOfCooperative]
        );
    }
}
