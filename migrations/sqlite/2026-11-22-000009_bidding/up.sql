CREATE TABLE pool_votes (
  pool_id BLOB NOT NULL,
  organisation_id BLOB NOT NULL,
  choice TEXT NOT NULL CHECK (choice IN ('cancel','extend','top_up')),
  voted_by BLOB NOT NULL REFERENCES people(id),
  voted_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (pool_id, organisation_id),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_members(pool_id, organisation_id)
) STRICT;
CREATE TABLE pool_ballots (
  pool_id BLOB NOT NULL,
  organisation_id BLOB NOT NULL,
  entered_by BLOB NOT NULL REFERENCES people(id),
  entered_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (pool_id, organisation_id),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_members(pool_id, organisation_id)
) STRICT;
CREATE TABLE pool_bids (
  pool_id BLOB NOT NULL,
  organisation_id BLOB NOT NULL,
  round INTEGER NOT NULL CHECK (round BETWEEN 1 AND 10),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (pool_id, organisation_id, round),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_ballots(pool_id, organisation_id)
) STRICT;
