//! People, machines, organisations, memberships, mandates, invitations, sessions and the keys that sign tokens.
pub mod affiliations;
pub mod clients;
pub mod invitations;
pub mod keys;
pub mod memberships;
pub mod organisations;
pub mod people;
pub mod sessions;
pub mod tax_ids;
pub mod tree;
