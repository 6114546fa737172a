CREATE TABLE audit_seals (
  number INTEGER NOT NULL PRIMARY KEY,
  upto_id BLOB NOT NULL UNIQUE,
  entries INTEGER NOT NULL CHECK (entries > 0),
  digest TEXT NOT NULL CHECK (length(digest) = 64),
  sealed_at INTEGER NOT NULL
) STRICT;
