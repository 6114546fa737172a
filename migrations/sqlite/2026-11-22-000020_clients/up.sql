CREATE TABLE clients (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  person_id BLOB NOT NULL UNIQUE REFERENCES people(id),
  membership_id BLOB NOT NULL REFERENCES memberships(id),
  mandate_id BLOB NOT NULL REFERENCES mandates(id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scopes TEXT NOT NULL CHECK (scopes <> ''),
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX clients_organisation ON clients(organisation_id, id);
CREATE TABLE client_secrets (
  id BLOB NOT NULL PRIMARY KEY,
  client_id BLOB NOT NULL REFERENCES clients(id),
  hash TEXT NOT NULL UNIQUE,
  made_by BLOB NOT NULL REFERENCES people(id),
  made_at INTEGER NOT NULL,
  good_until INTEGER
) STRICT;
CREATE INDEX client_secrets_client ON client_secrets(client_id, id);
