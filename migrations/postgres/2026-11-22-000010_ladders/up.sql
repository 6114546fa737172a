CREATE TABLE affiliations (
  id uuid PRIMARY KEY,
  child_id uuid NOT NULL REFERENCES organisations(id),
  parent_id uuid NOT NULL REFERENCES organisations(id),
  status text NOT NULL CHECK (status IN ('proposed','accepted','refused','withdrawn','ended')),
  proposed_by uuid NOT NULL REFERENCES people(id),
  proposed_at timestamptz NOT NULL,
  answered_at timestamptz,
  ended_at timestamptz,
  version bigint NOT NULL,
  CHECK (child_id <> parent_id),
  CHECK (status NOT IN ('accepted','ended') OR answered_at IS NOT NULL),
  CHECK ((status = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX affiliations_one_parent ON affiliations(child_id) WHERE status IN ('proposed','accepted');
CREATE INDEX affiliations_child ON affiliations(child_id, id);
CREATE INDEX affiliations_parent ON affiliations(parent_id, id);
CREATE TABLE approval_ladders (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  number bigint NOT NULL CHECK (number > 0),
  steps jsonb NOT NULL,
  text_hash text NOT NULL CHECK (length(text_hash) = 64),
  assembly_record_id uuid NOT NULL REFERENCES assembly_records(id),
  adopted_by uuid NOT NULL REFERENCES people(id),
  adopted_at timestamptz NOT NULL,
  UNIQUE (organisation_id, number)
);
CREATE TABLE budget_lines (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  parent_line_id uuid REFERENCES budget_lines(id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (length(currency) = 3),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  bound text NOT NULL CHECK (bound IN ('amount','unlimited')),
  amount_minor bigint CHECK (amount_minor >= 0),
  committed_minor bigint NOT NULL CHECK (committed_minor >= 0),
  spent_minor bigint NOT NULL CHECK (spent_minor >= 0),
  delegated_minor bigint NOT NULL CHECK (delegated_minor >= 0),
  status text NOT NULL CHECK (status IN ('open','closed')),
  opened_by uuid NOT NULL REFERENCES people(id),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  version bigint NOT NULL,
  CHECK (starts_on <= ends_on),
  CHECK ((bound = 'amount') = (amount_minor IS NOT NULL)),
  CHECK (committed_minor + spent_minor + delegated_minor <= amount_minor),
  CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX budget_lines_organisation ON budget_lines(organisation_id, id);
CREATE INDEX budget_lines_parent ON budget_lines(parent_line_id, id);
CREATE TABLE budget_commitments (
  order_id uuid PRIMARY KEY REFERENCES orders(id),
  line_id uuid NOT NULL REFERENCES budget_lines(id),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  status text NOT NULL CHECK (status IN ('committed','released','spent')),
  changed_at timestamptz NOT NULL
);
CREATE INDEX budget_commitments_line ON budget_commitments(line_id, order_id);
CREATE TABLE approval_demands (
  order_id uuid NOT NULL REFERENCES orders(id),
  revision bigint NOT NULL CHECK (revision > 0),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  payer text NOT NULL CHECK (payer IN ('buyer','fund')),
  ladder_id uuid REFERENCES approval_ladders(id),
  path text NOT NULL CHECK (path IN ('two_persons','full','within_budget','emergency')),
  demand jsonb NOT NULL,
  budget_line_id uuid REFERENCES budget_lines(id),
  emergency_reason text,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, revision, organisation_id, payer),
  CHECK ((path = 'two_persons') = (ladder_id IS NULL)),
  CHECK ((path = 'emergency') = (emergency_reason IS NOT NULL)),
  CHECK (path <> 'within_budget' OR budget_line_id IS NOT NULL)
);
CREATE TABLE assembly_decisions (
  order_id uuid NOT NULL REFERENCES orders(id),
  revision bigint NOT NULL CHECK (revision > 0),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  assembly_record_id uuid NOT NULL UNIQUE REFERENCES assembly_records(id),
  lodged_by uuid NOT NULL REFERENCES people(id),
  lodged_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, revision, organisation_id)
);
