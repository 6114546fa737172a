//! The product from outside: stories over HTTP, each on SQLite, and on PostgreSQL too when
//! `TEST_DATABASE_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]
#[path = "../../crates/printing/tests/inside/mod.rs"]
mod inside;
mod support;

mod access;
mod agreements;
mod authorisations;
mod books;
mod capacity;
mod catalogue;
mod changes;
mod checks;
mod clients;
mod command_line;
mod complaints;
mod deliveries;
mod exports;
mod federation;
mod funds;
mod idempotency;
mod machines;
mod model;
mod needs;
mod operation;
mod orders;
mod payment_runs;
mod plans;
mod pools;
mod premium;
mod printed;
mod quotations;
mod received_invoices;
mod rounds;
mod rules;
mod services;
mod statements;
mod tables;
mod upstream;
mod verification;
mod walk;
mod webhooks;
