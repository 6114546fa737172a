//! The program behind the binary: configuration, wiring, the worker, the commands. A library, so that
//! tests drive the same parts as the binary does.
pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
mod telling;
pub mod webhooks;
pub mod worker;
