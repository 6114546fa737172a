CREATE TABLE exports (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  asked_by uuid NOT NULL REFERENCES people(id),
  status text NOT NULL CHECK (status IN ('waiting','done','failed','expired')),
  sha256 text CHECK (length(sha256) = 64),
  size_bytes bigint CHECK (size_bytes > 0),
  job_id uuid NOT NULL REFERENCES jobs(id),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  expires_at timestamptz,
  version bigint NOT NULL,
  CHECK ((status = 'waiting') = (ended_at IS NULL)),
  CHECK ((status = 'done') = (sha256 IS NOT NULL)),
  CHECK ((sha256 IS NULL) = (size_bytes IS NULL)),
  CHECK ((status IN ('done','expired')) = (expires_at IS NOT NULL))
);
CREATE INDEX exports_organisation ON exports(organisation_id, id);
CREATE UNIQUE INDEX exports_waiting ON exports(organisation_id) WHERE status = 'waiting';
CREATE INDEX exports_due ON exports(status, expires_at);
