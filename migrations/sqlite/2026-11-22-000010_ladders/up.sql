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
