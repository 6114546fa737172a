CREATE TABLE premium_plans (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  assembly_record_id BLOB NOT NULL UNIQUE REFERENCES assembly_records(id),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  recorded_by BLOB NOT NULL REFERENCES people(id),
  recorded_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (starts_on <= ends_on)
) STRICT;
CREATE INDEX premium_plans_organisation ON premium_plans(organisation_id, id);
CREATE TABLE premium_plan_lines (
  plan_id BLOB NOT NULL REFERENCES premium_plans(id),
  position INTEGER NOT NULL CHECK (position > 0),
  purpose TEXT NOT NULL
    CHECK (purpose IN ('materials_and_overhead','wages','hours','democracy','jobs','reserve','community')),
  description TEXT NOT NULL CHECK (length(description) > 0),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  spent_minor INTEGER NOT NULL CHECK (spent_minor BETWEEN 0 AND amount_minor),
  result TEXT CHECK (length(result) > 0),
  result_by BLOB REFERENCES people(id),
  result_at INTEGER,
  PRIMARY KEY (plan_id, position),
  CHECK ((result IS NULL) = (result_by IS NULL)),
  CHECK ((result IS NULL) = (result_at IS NULL))
) STRICT;
CREATE TABLE premium_spendings (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  plan_id BLOB NOT NULL REFERENCES premium_plans(id),
  position INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  received_minor INTEGER NOT NULL,
  spent_before_minor INTEGER NOT NULL CHECK (spent_before_minor >= 0),
  spent_on TEXT NOT NULL,
  description TEXT NOT NULL CHECK (length(description) > 0),
  recorded_by BLOB NOT NULL REFERENCES people(id),
  recorded_at INTEGER NOT NULL,
  reversed_by BLOB REFERENCES people(id),
  reversed_at INTEGER,
  reversed_because TEXT CHECK (length(reversed_because) > 0),
  FOREIGN KEY (plan_id, position) REFERENCES premium_plan_lines(plan_id, position),
  CHECK (spent_before_minor + amount_minor <= received_minor),
  CHECK ((reversed_at IS NULL) = (reversed_by IS NULL)),
  CHECK ((reversed_at IS NULL) = (reversed_because IS NULL))
) STRICT;
CREATE INDEX premium_spendings_organisation ON premium_spendings(organisation_id, id);
CREATE INDEX premium_spendings_plan ON premium_spendings(plan_id, id);
