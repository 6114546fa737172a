//! The product from outside: stories over HTTP, each on SQLite, and on PostgreSQL too when
//! `TEST_DATABASE_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]
mod support;

mod access;
mod agreements;
mod capacity;
mod catalogue;
mod complaints;
mod deliveries;
mod federation;
mod funds;
mod idempotency;
mod model;
mod needs;
mod operation;
mod orders;
mod pools;
mod quotations;
mod rounds;
mod rules;
mod services;
mod tables;
mod upstream;
mod verification;
mod walk;
