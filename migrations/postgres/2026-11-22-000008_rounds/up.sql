CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  kind text NOT NULL CHECK (kind IN ('plan_round','import','export')),
  subject_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('queued','running','done','failed')),
  done bigint NOT NULL CHECK (done >= 0),
  total bigint NOT NULL CHECK (total >= done),
  errors jsonb NOT NULL,
  attempts integer NOT NULL CHECK (attempts >= 0),
  leased_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX jobs_waiting ON jobs(status, created_at);
CREATE INDEX jobs_organisation ON jobs(organisation_id, id);
CREATE TABLE rounds (
  id uuid PRIMARY KEY,
  network_id uuid NOT NULL REFERENCES organisations(id),
  reference text NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (length(currency) = 3),
  rule_set_id uuid NOT NULL REFERENCES rule_sets(id),
  status text NOT NULL CHECK (status IN ('open','planning','planned','cancelled')),
  job_id uuid REFERENCES jobs(id),
  request jsonb,
  plan jsonb,
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  planned_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (network_id, reference),
  CHECK ((status = 'planned') = (plan IS NOT NULL)),
  CHECK ((plan IS NULL) = (request IS NULL) AND (plan IS NULL) = (planned_at IS NULL)),
  CHECK (status NOT IN ('planning','planned') OR job_id IS NOT NULL)
);
CREATE INDEX rounds_status ON rounds(status, id);
CREATE TABLE round_needs (
  round_id uuid NOT NULL REFERENCES rounds(id),
  need_id uuid NOT NULL REFERENCES needs(id),
  proposal_id uuid REFERENCES proposals(id),
  entered_by uuid NOT NULL REFERENCES people(id),
  entered_at timestamptz NOT NULL,
  PRIMARY KEY (round_id, need_id)
);
CREATE INDEX round_needs_need ON round_needs(need_id);
ALTER TABLE order_lines ADD COLUMN pooled_quantity_micro bigint CHECK (pooled_quantity_micro > 0);
