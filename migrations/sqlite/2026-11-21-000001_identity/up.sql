CREATE TABLE organisations (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('union','cooperative','network','community','operator')),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  country TEXT NOT NULL CHECK (length(country) = 2),
  tax_id TEXT,
  language TEXT NOT NULL CHECK (language IN ('es','en','pt')),
  status TEXT NOT NULL CHECK (status IN ('applied','admitted','refused','suspended')),
  admitted_by BLOB REFERENCES organisations(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX organisations_status ON organisations(status, id);
CREATE INDEX organisations_kind ON organisations(kind, id);
CREATE INDEX organisations_country ON organisations(country, id);
CREATE TABLE people (
  id BLOB NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  password_hash TEXT NOT NULL,
  failed_logins INTEGER NOT NULL CHECK (failed_logins >= 0),
  locked_until INTEGER,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  machine INTEGER NOT NULL CHECK (machine IN (0,1))
) STRICT;
CREATE TABLE memberships (
  id BLOB NOT NULL PRIMARY KEY,
  person_id BLOB NOT NULL REFERENCES people(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (person_id, organisation_id)
) STRICT;
CREATE INDEX memberships_organisation ON memberships(organisation_id, id);
CREATE TABLE mandates (
  id BLOB NOT NULL PRIMARY KEY,
  membership_id BLOB NOT NULL REFERENCES memberships(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  roles TEXT NOT NULL,
  starts_on TEXT NOT NULL,
  expires_on TEXT NOT NULL,
  assembly_record_id BLOB,
  granted_by BLOB NOT NULL REFERENCES people(id),
  recalled_at INTEGER,
  recalled_by BLOB REFERENCES people(id),
  recall_reason TEXT,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (starts_on <= expires_on),
  CHECK ((recalled_at IS NULL) = (recalled_by IS NULL))
) STRICT;
CREATE INDEX mandates_membership ON mandates(membership_id);
CREATE INDEX mandates_organisation ON mandates(organisation_id, id);
CREATE TABLE invitations (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  email TEXT NOT NULL,
  roles TEXT NOT NULL,
  mandate_expires_on TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  invited_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  withdrawn_at INTEGER,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_organisation ON invitations(organisation_id, id);
CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY,
  person_id BLOB NOT NULL REFERENCES people(id),
  membership_id BLOB NOT NULL REFERENCES memberships(id),
  mandate_id BLOB REFERENCES mandates(id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_reason TEXT
) STRICT;
CREATE INDEX sessions_membership ON sessions(membership_id);
CREATE TABLE refresh_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  session_id BLOB NOT NULL REFERENCES sessions(id),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_session ON refresh_tokens(session_id);
CREATE TABLE signing_keys (
  kid TEXT NOT NULL PRIMARY KEY,
  private_key TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  retires_at INTEGER NOT NULL
) STRICT;
