CREATE TABLE complaints (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  complainant_id uuid NOT NULL REFERENCES organisations(id),
  respondent_id uuid NOT NULL REFERENCES organisations(id),
  network_id uuid NOT NULL REFERENCES organisations(id),
  object_kind text NOT NULL CHECK (object_kind IN ('purchase_order','round','dossier')),
  object_id uuid NOT NULL,
  grounds text NOT NULL CHECK (length(grounds) BETWEEN 1 AND 5000),
  status text NOT NULL CHECK (status IN ('filed','unanswered','answered','decided','withdrawn')),
  statement text CHECK (length(statement) BETWEEN 1 AND 5000),
  answered_by uuid REFERENCES people(id),
  answered_at timestamptz,
  finding text CHECK (finding IN ('upheld','partly_upheld','rejected')),
  outcome text CHECK (length(outcome) BETWEEN 1 AND 5000),
  decided_by uuid REFERENCES people(id),
  decided_at timestamptz,
  statement_due_at timestamptz NOT NULL,
  outcome_due_at timestamptz NOT NULL,
  reminded_at timestamptz,
  overdue_at timestamptz,
  filed_by uuid NOT NULL REFERENCES people(id),
  filed_at timestamptz NOT NULL,
  version bigint NOT NULL,
  UNIQUE (complainant_id, reference),
  CHECK (complainant_id <> respondent_id AND network_id <> complainant_id AND network_id <> respondent_id),
  CHECK ((statement IS NULL) = (answered_at IS NULL) AND (statement IS NULL) = (answered_by IS NULL)),
  CHECK (status <> 'answered' OR statement IS NOT NULL),
  CHECK ((status = 'decided') = (finding IS NOT NULL)),
  CHECK ((finding IS NULL) = (outcome IS NULL) AND (finding IS NULL) = (decided_at IS NULL) AND (finding IS NULL) = (decided_by IS NULL)),
  CHECK (finding IS NULL OR statement IS NOT NULL OR decided_at >= statement_due_at),
  CHECK (filed_at <= statement_due_at AND statement_due_at <= outcome_due_at)
);
CREATE UNIQUE INDEX complaints_open ON complaints(complainant_id, object_id) WHERE status IN ('filed','unanswered','answered');
CREATE INDEX complaints_complainant ON complaints(complainant_id, id);
CREATE INDEX complaints_respondent ON complaints(respondent_id, id);
CREATE INDEX complaints_network ON complaints(network_id, id);
CREATE INDEX complaints_statement_due ON complaints(status, statement_due_at);
CREATE INDEX complaints_outcome_due ON complaints(status, outcome_due_at);
