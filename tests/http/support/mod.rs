//! What the stories share: a world with a server, people who act in it, and their letters.
pub mod agreements;
pub mod catalogue;
pub mod client;
pub mod deliveries;
pub mod filling;
pub mod governance;
pub mod ladders;
pub mod machines;
pub mod mailbox;
pub mod orders;
pub mod pools;
pub mod world;

pub use client::{Client, Response};
pub use world::{Org, World, on_each_database, on_each_database_mut};
