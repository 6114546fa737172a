CREATE TABLE pool_votes (
  pool_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  choice text NOT NULL CHECK (choice IN ('cancel','extend','top_up')),
  voted_by uuid NOT NULL REFERENCES people(id),
  voted_at timestamptz NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (pool_id, organisation_id),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_members(pool_id, organisation_id)
);
CREATE TABLE pool_ballots (
  pool_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  entered_by uuid NOT NULL REFERENCES people(id),
  entered_at timestamptz NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (pool_id, organisation_id),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_members(pool_id, organisation_id)
);
CREATE TABLE pool_bids (
  pool_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  round integer NOT NULL CHECK (round BETWEEN 1 AND 10),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (pool_id, organisation_id, round),
  FOREIGN KEY (pool_id, organisation_id) REFERENCES pool_ballots(pool_id, organisation_id)
);
