CREATE TABLE audit_log (
  id BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  organisation_id BLOB NOT NULL,
  person_id BLOB,
  mandate_id BLOB,
  act TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id BLOB NOT NULL,
  before TEXT,
  after TEXT,
  trace_id TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_organisation ON audit_log(organisation_id, id);
CREATE INDEX audit_log_object ON audit_log(object_id, id);
CREATE TABLE outbox (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('mail','match_unmet')),
  organisation_id BLOB,
  payload TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('due','done','failed')),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  due_at INTEGER NOT NULL,
  leased_until INTEGER,
  last_error TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox(status, due_at);
CREATE INDEX outbox_organisation ON outbox(organisation_id, id);
CREATE TABLE idempotency_keys (
  scope BLOB NOT NULL,
  key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  location TEXT,
  etag TEXT,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys(created_at);
CREATE TABLE counters (
  organisation_id BLOB NOT NULL,
  name TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL CHECK (last >= 0),
  PRIMARY KEY (organisation_id, name, year)
) STRICT;
