//! Tables that people keep: what their columns are, reading them with each fault named by row and column,
//! and writing them so that they read back as the same.
mod baseline;
mod catalogue;
mod cells;
mod columns;
mod market_quotes;
mod needs;
mod reader;
pub mod sheet;
mod write;

pub use cells::neutral;
pub use columns::{columns, schema};
pub use reader::Reader;
pub use write::{Export, Unwritten, errors_file, export};
