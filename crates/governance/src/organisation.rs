//! Kinds of organisation, and the roles that a person can hold in each.

use crate::words::words;

words! {
    /// What an organisation is in the movement; it never changes.
    OrganisationKind, "kind of organisation" {
        /// Buys for its members.
        Union = "union",
        /// A workers' co-operative: sells, and buys what it makes things of.
        Cooperative = "cooperative",
        /// Admits and verifies co-operatives, keeps the common fund.
        Network = "network",
        /// Unemployed workers' movements, local associations: buy, mostly in a union's pool.
        Community = "community",
        /// Runs the platform and holds no power over prices.
        Operator = "operator",
    }
}

words! {
    /// What a person may do for an organisation.
    Role, "role" {
        /// Posts needs, opens pools, places orders.
        Buyer = "buyer",
        /// Approves what another has placed.
        Approver = "approver",
        /// Signs for a budget line, where the approval ladder asks for its officer.
        Officer = "officer",
        /// Signs beside another, where the approval ladder asks for a second signature.
        SecondSigner = "second_signer",
        /// Presides, and signs where the approval ladder asks for it.
        President = "president",
        /// Sits on the board, and signs where the approval ladder asks for it.
        BoardMember = "board_member",
        /// Reads and closes the books.
        Accountant = "accountant",
        /// Lists goods and capacity, answers purchase orders.
        Seller = "seller",
        /// Sees to advances and payments of the co-operative.
        Treasurer = "treasurer",
        /// Records assemblies.
        AssemblySecretary = "assembly_secretary",
        /// Signs verifications and files findings.
        Verifier = "verifier",
        /// Proposes and signs releases of a fund.
        FundSteward = "fund_steward",
        /// Opens reviews and files findings, independently of buyers and sellers.
        Inspector = "inspector",
        /// Reads the reports of the own organisation.
        Member = "member",
        /// Invites people and records mandates.
        Admin = "admin",
    }
}

impl Role {
    /// Whether a machine can hold the role: it trades and keeps books, and decides nothing that an organisation
    /// asks a person's signature for.
    pub const fn open_to_machines(self) -> bool {
        matches!(
            self,
            Self::Buyer | Self::Seller | Self::Accountant | Self::Treasurer | Self::Member
        )
    }

    /// Whether an organisation of this kind can give the role at all.
    pub const fn allowed_in(self, kind: OrganisationKind) -> bool {
        use OrganisationKind::{Community, Cooperative, Network, Union};
        match self {
            Self::Member | Self::Admin => true,
            Self::Buyer
            | Self::Approver
            | Self::Officer
            | Self::SecondSigner
            | Self::President
            | Self::BoardMember => matches!(kind, Union | Community | Cooperative),
            Self::Accountant => matches!(kind, Union),
            Self::Seller | Self::Treasurer | Self::AssemblySecretary => matches!(kind, Cooperative),
            Self::Verifier | Self::FundSteward | Self::Inspector => matches!(kind, Network),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GovernanceError;

    fn roles_of(kind: OrganisationKind) -> Vec<&'static str> {
        Role::ALL
            .iter()
            .filter(|r| r.allowed_in(kind))
            .map(|r| r.as_str())
            .collect()
    }

    #[test]
    fn each_kind_gives_its_own_roles() {
        use OrganisationKind::{Community, Cooperative, Network, Operator, Union};
        assert_eq!(
            roles_of(Union),
            [
                "buyer",
                "approver",
                "officer",
                "second_signer",
                "president",
                "board_member",
                "accountant",
                "member",
                "admin"
            ]
        );
        assert_eq!(
            roles_of(Cooperative),
            [
                "buyer",
                "approver",
                "officer",
                "second_signer",
                "president",
                "board_member",
                "seller",
                "treasurer",
                "assembly_secretary",
                "member",
                "admin"
            ]
        );
        assert_eq!(
            roles_of(Network),
            ["verifier", "fund_steward", "inspector", "member", "admin"]
        );
        assert_eq!(
            roles_of(Community),
            [
                "buyer",
                "approver",
                "officer",
                "second_signer",
                "president",
                "board_member",
                "member",
                "admin"
            ]
        );
        assert_eq!(roles_of(Operator), ["member", "admin"]);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Ok(*role));
        }
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::parse(&kind.to_string()), Ok(*kind));
        }
    }

    #[test]
    fn another_word_is_refused_by_name() {
        let error = GovernanceError::UnknownWord {
            what: "role",
            word: "Buyer".into(),
        };
        assert_eq!(error.to_string(), "\"Buyer\" is not a known role");
        assert_eq!(error.code(), "invalid_input");
        assert_eq!(Role::parse("Buyer"), Err(error));
        assert!(OrganisationKind::parse("").is_err());
    }
}
