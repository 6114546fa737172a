//! The REST API: routes, DTOs, authentication, problems, OpenAPI. The only crate that knows HTTP.
//!
//! A request's way: [`http::observe`] gives it a trace id and logs it; [`http::contract`] holds it
//! to the OpenAPI document (known parameters, required headers, a token); the handler parses the body
//! into a domain value and calls one function of `store` in one transaction ([`http::call`]); the
//! answer or the problem leaves.
//!
//! What is absent: SQL, and decisions. Both live below.

pub mod auth;
pub mod exports;
pub mod files;
pub mod http;
mod journal_file;
pub mod openapi;
pub mod openapi30;
pub mod routes;
pub mod server;
pub mod settings;
pub mod tables;
pub mod webhooks;

pub use server::{Running, start};
pub use settings::Settings;
