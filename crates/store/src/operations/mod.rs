//! What runs beside the trade: the audit log, the outbox, idempotency keys, document numbers.
pub mod audit;
pub mod counters;
pub mod idempotency;
pub mod outbox;
