CREATE TABLE premium_plans (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  assembly_record_id uuid NOT NULL UNIQUE REFERENCES assembly_records(id),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  recorded_by uuid NOT NULL REFERENCES people(id),
  recorded_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK (starts_on <= ends_on)
);
CREATE INDEX premium_plans_organisation ON premium_plans(organisation_id, id);
CREATE TABLE premium_plan_lines (
  plan_id uuid NOT NULL REFERENCES premium_plans(id),
  position integer NOT NULL CHECK (position > 0),
  purpose text NOT NULL
    CHECK (purpose IN ('materials_and_overhead','wages','hours','democracy','jobs','reserve','community')),
  description text NOT NULL CHECK (length(description) > 0),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  spent_minor bigint NOT NULL CHECK (spent_minor BETWEEN 0 AND amount_minor),
  result text CHECK (length(result) > 0),
  result_by uuid REFERENCES people(id),
  result_at timestamptz,
  PRIMARY KEY (plan_id, position),
  CHECK ((result IS NULL) = (result_by IS NULL)),
  CHECK ((result IS NULL) = (result_at IS NULL))
);
CREATE TABLE premium_spendings (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  plan_id uuid NOT NULL REFERENCES premium_plans(id),
  position integer NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  received_minor bigint NOT NULL,
  spent_before_minor bigint NOT NULL CHECK (spent_before_minor >= 0),
  spent_on date NOT NULL,
  description text NOT NULL CHECK (length(description) > 0),
  recorded_by uuid NOT NULL REFERENCES people(id),
  recorded_at timestamptz NOT NULL,
  reversed_by uuid REFERENCES people(id),
  reversed_at timestamptz,
  reversed_because text CHECK (length(reversed_because) > 0),
  FOREIGN KEY (plan_id, position) REFERENCES premium_plan_lines(plan_id, position),
  CHECK (spent_before_minor + amount_minor <= received_minor),
  CHECK ((reversed_at IS NULL) = (reversed_by IS NULL)),
  CHECK ((reversed_at IS NULL) = (reversed_because IS NULL))
);
CREATE INDEX premium_spendings_organisation ON premium_spendings(organisation_id, id);
CREATE INDEX premium_spendings_plan ON premium_spendings(plan_id, id);
