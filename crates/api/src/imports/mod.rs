//! Reading tables: each fault is named by its row and column.
pub mod catalogue;
