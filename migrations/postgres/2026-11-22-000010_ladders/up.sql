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
