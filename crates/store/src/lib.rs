//! Rows, queries, transactions and the outbox on SQLite and PostgreSQL: the only SQL.
