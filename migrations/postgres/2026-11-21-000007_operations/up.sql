CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  organisation_id uuid NOT NULL,
  person_id uuid,
  mandate_id uuid,
  act text NOT NULL,
  object_kind text NOT NULL,
  object_id uuid NOT NULL,
  before jsonb,
  after jsonb,
  trace_id text NOT NULL
);
CREATE INDEX audit_log_organisation ON audit_log(organisation_id, id);
CREATE INDEX audit_log_object ON audit_log(object_id, id);
CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('mail','match_unmet')),
  organisation_id uuid,
  payload jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('due','done','failed')),
  attempts integer NOT NULL CHECK (attempts >= 0),
  due_at timestamptz NOT NULL,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz NOT NULL
);
CREATE INDEX outbox_due ON outbox(status, due_at);
CREATE INDEX outbox_organisation ON outbox(organisation_id, id);
CREATE TABLE idempotency_keys (
  scope uuid NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash text NOT NULL,
  status integer NOT NULL,
  location text,
  etag text,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys(created_at);
CREATE TABLE counters (
  organisation_id uuid NOT NULL,
  name text NOT NULL,
  year integer NOT NULL,
  last bigint NOT NULL CHECK (last >= 0),
  PRIMARY KEY (organisation_id, name, year)
);
