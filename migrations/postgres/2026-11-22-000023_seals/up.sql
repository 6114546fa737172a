CREATE TABLE audit_seals (
  number bigint PRIMARY KEY,
  upto_id uuid NOT NULL UNIQUE,
  entries bigint NOT NULL CHECK (entries > 0),
  digest text NOT NULL CHECK (length(digest) = 64),
  sealed_at timestamptz NOT NULL
);
