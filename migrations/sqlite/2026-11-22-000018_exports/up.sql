CREATE TABLE exports (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  asked_by BLOB NOT NULL REFERENCES people(id),
  status TEXT NOT NULL CHECK (status IN ('waiting','done','failed','expired')),
  sha256 TEXT CHECK (length(sha256) = 64),
  size_bytes INTEGER CHECK (size_bytes > 0),
  job_id BLOB NOT NULL REFERENCES jobs(id),
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  expires_at INTEGER,
  version INTEGER NOT NULL,
  CHECK ((status = 'waiting') = (ended_at IS NULL)),
  CHECK ((status = 'done') = (sha256 IS NOT NULL)),
  CHECK ((sha256 IS NULL) = (size_bytes IS NULL)),
  CHECK ((status IN ('done','expired')) = (expires_at IS NOT NULL))
) STRICT;
CREATE INDEX exports_organisation ON exports(organisation_id, id);
CREATE UNIQUE INDEX exports_waiting ON exports(organisation_id) WHERE status = 'waiting';
CREATE INDEX exports_due ON exports(status, expires_at);
