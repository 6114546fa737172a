//! Files that must agree, tested and not trusted.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]
mod acts;
mod layers;
mod openapi;
mod schema;
