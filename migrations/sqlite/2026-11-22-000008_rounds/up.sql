CREATE TABLE jobs (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  kind TEXT NOT NULL CHECK (kind IN ('plan_round','import','export')),
  subject_id BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued','running','done','failed')),
  done INTEGER NOT NULL CHECK (done >= 0),
  total INTEGER NOT NULL CHECK (total >= done),
  errors TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  leased_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_waiting ON jobs(status, created_at);
CREATE INDEX jobs_organisation ON jobs(organisation_id, id);
CREATE TABLE rounds (
  id BLOB NOT NULL PRIMARY KEY,
  network_id BLOB NOT NULL REFERENCES organisations(id),
  reference TEXT NOT NULL,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  rule_set_id BLOB NOT NULL REFERENCES rule_sets(id),
  status TEXT NOT NULL CHECK (status IN ('open','planning','planned','cancelled')),
  job_id BLOB REFERENCES jobs(id),
  request TEXT,
  plan TEXT,
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  planned_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (network_id, reference),
  CHECK ((status = 'planned') = (plan IS NOT NULL)),
  CHECK ((plan IS NULL) = (request IS NULL) AND (plan IS NULL) = (planned_at IS NULL)),
  CHECK (status NOT IN ('planning','planned') OR job_id IS NOT NULL)
) STRICT;
CREATE INDEX rounds_status ON rounds(status, id);
CREATE TABLE round_needs (
  round_id BLOB NOT NULL REFERENCES rounds(id),
  need_id BLOB NOT NULL REFERENCES needs(id),
  proposal_id BLOB REFERENCES proposals(id),
  entered_by BLOB NOT NULL REFERENCES people(id),
  entered_at INTEGER NOT NULL,
  PRIMARY KEY (round_id, need_id)
) STRICT;
CREATE INDEX round_needs_need ON round_needs(need_id);
ALTER TABLE order_lines ADD COLUMN pooled_quantity_micro INTEGER CHECK (pooled_quantity_micro > 0);
