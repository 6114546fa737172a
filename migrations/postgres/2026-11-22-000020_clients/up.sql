CREATE TABLE clients (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  person_id uuid NOT NULL UNIQUE REFERENCES people(id),
  membership_id uuid NOT NULL REFERENCES memberships(id),
  mandate_id uuid NOT NULL REFERENCES mandates(id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scopes text NOT NULL CHECK (scopes <> ''),
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  version bigint NOT NULL
);
CREATE INDEX clients_organisation ON clients(organisation_id, id);
CREATE TABLE client_secrets (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL REFERENCES clients(id),
  hash text NOT NULL UNIQUE,
  made_by uuid NOT NULL REFERENCES people(id),
  made_at timestamptz NOT NULL,
  good_until timestamptz
);
CREATE INDEX client_secrets_client ON client_secrets(client_id, id);
