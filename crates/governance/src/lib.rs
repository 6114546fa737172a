//! Verification, assemblies, mandates: who may do what, and since when.
//!
//! The crate is pure: it reads no clock and no database. `today` and `now` are arguments, ids belong to
//! the caller (any type that can be compared), and what is absent is absent on purpose:
//!
//! - nothing here deletes: a finding is amended by another that names it, a mandate is recalled;
//! - nothing here lets the operator decide: it can neither adopt nor publish a rule set;
//! - nothing here looks at nationality, size or price.
//!
//! Dates are whole days in UTC. A thing that *expires on* a day still holds on that day; a thing that
//! *ended on* a day no longer holds on it. Limits include their bound: a notice of exactly the minimum
//! is long enough, a turnout of exactly the quorum is a quorum.

mod assembly;
mod conflict;
mod days;
mod error;
mod finding;
mod mandate;
mod organisation;
mod recognition;
mod rule_set;
mod verification;
mod words;

pub use assembly::{
    AssemblyFacts, AssemblyRecord, AssemblyRules, Decision, Irregularity, MAX_TITLE_CHARS, Outcome,
    TextHash, Turnout, decide,
};
pub use conflict::{Conflict, conflicts};
pub use error::{FieldError, GovernanceError};
pub use finding::{Finding, FindingSize, Findings};
pub use mandate::{MAX_MANDATE_MONTHS, Mandate, MandateFacts, MandateStanding};
pub use organisation::{OrganisationKind, Role};
pub use recognition::{Recognition, satisfies};
pub use rule_set::{Adoption, PublishedRuleSet, Side, common_rule_set, may_publish};
pub use verification::{
    Application, Dossier, DossierFacts, Origin, RECENT_ASSEMBLY_MONTHS, Standing, UnmetCondition,
    Verification, YOUNG_COOPERATIVE_MONTHS, assess,
};
