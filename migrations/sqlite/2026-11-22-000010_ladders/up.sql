CREATE TABLE affiliations (
  id BLOB NOT NULL PRIMARY KEY,
  child_id BLOB NOT NULL REFERENCES organisations(id),
  parent_id BLOB NOT NULL REFERENCES organisations(id),
  status TEXT NOT NULL CHECK (status IN ('proposed','accepted','refused','withdrawn','ended')),
  proposed_by BLOB NOT NULL REFERENCES people(id),
  proposed_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  version INTEGER NOT NULL,
  CHECK (child_id <> parent_id),
  CHECK (status NOT IN ('accepted','ended') OR answered_at IS NOT NULL),
  CHECK ((status = 'ended') = (ended_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX affiliations_one_parent ON affiliations(child_id) WHERE status IN ('proposed','accepted');
CREATE INDEX affiliations_child ON affiliations(child_id, id);
CREATE INDEX affiliations_parent ON affiliations(parent_id, id);
CREATE TABLE approval_ladders (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  number INTEGER NOT NULL CHECK (number > 0),
  steps TEXT NOT NULL,
  text_hash TEXT NOT NULL CHECK (length(text_hash) = 64),
  assembly_record_id BLOB NOT NULL REFERENCES assembly_records(id),
  adopted_by BLOB NOT NULL REFERENCES people(id),
  adopted_at INTEGER NOT NULL,
  UNIQUE (organisation_id, number)
) STRICT;
CREATE TABLE budget_lines (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  parent_line_id BLOB REFERENCES budget_lines(id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  bound TEXT NOT NULL CHECK (bound IN ('amount','unlimited')),
  amount_minor INTEGER CHECK (amount_minor >= 0),
  committed_minor INTEGER NOT NULL CHECK (committed_minor >= 0),
  spent_minor INTEGER NOT NULL CHECK (spent_minor >= 0),
  delegated_minor INTEGER NOT NULL CHECK (delegated_minor >= 0),
  status TEXT NOT NULL CHECK (status IN ('open','closed')),
  opened_by BLOB NOT NULL REFERENCES people(id),
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  version INTEGER NOT NULL,
  CHECK (starts_on <= ends_on),
  CHECK ((bound = 'amount') = (amount_minor IS NOT NULL)),
  CHECK (committed_minor + spent_minor + delegated_minor <= amount_minor),
  CHECK ((status = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE INDEX budget_lines_organisation ON budget_lines(organisation_id, id);
CREATE INDEX budget_lines_parent ON budget_lines(parent_line_id, id);
CREATE TABLE budget_commitments (
  order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders(id),
  line_id BLOB NOT NULL REFERENCES budget_lines(id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  status TEXT NOT NULL CHECK (status IN ('committed','released','spent')),
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX budget_commitments_line ON budget_commitments(line_id, order_id);
CREATE TABLE approval_demands (
  order_id BLOB NOT NULL REFERENCES orders(id),
  revision INTEGER NOT NULL CHECK (revision > 0),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  payer TEXT NOT NULL CHECK (payer IN ('buyer','fund')),
  ladder_id BLOB REFERENCES approval_ladders(id),
  path TEXT NOT NULL CHECK (path IN ('two_persons','full','within_budget','emergency')),
  demand TEXT NOT NULL,
  budget_line_id BLOB REFERENCES budget_lines(id),
  emergency_reason TEXT,
  asked_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, revision, organisation_id, payer),
  CHECK ((path = 'two_persons') = (ladder_id IS NULL)),
  CHECK ((path = 'emergency') = (emergency_reason IS NOT NULL)),
  CHECK (path <> 'within_budget' OR budget_line_id IS NOT NULL)
) STRICT;
CREATE TABLE assembly_decisions (
  order_id BLOB NOT NULL REFERENCES orders(id),
  revision INTEGER NOT NULL CHECK (revision > 0),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  assembly_record_id BLOB NOT NULL UNIQUE REFERENCES assembly_records(id),
  lodged_by BLOB NOT NULL REFERENCES people(id),
  lodged_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, revision, organisation_id)
) STRICT;
