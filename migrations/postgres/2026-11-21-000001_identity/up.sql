CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('union','cooperative','network','community','operator')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  country text NOT NULL CHECK (length(country) = 2),
  tax_id text,
  language text NOT NULL CHECK (language IN ('es','en','pt')),
  status text NOT NULL CHECK (status IN ('applied','admitted','refused','suspended')),
  admitted_by uuid REFERENCES organisations(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX organisations_status ON organisations(status, id);
CREATE INDEX organisations_kind ON organisations(kind, id);
CREATE INDEX organisations_country ON organisations(country, id);
CREATE TABLE people (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  password_hash text NOT NULL,
  failed_logins integer NOT NULL CHECK (failed_logins >= 0),
  locked_until timestamptz,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  machine boolean NOT NULL
);
CREATE TABLE memberships (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (person_id, organisation_id)
);
CREATE INDEX memberships_organisation ON memberships(organisation_id, id);
CREATE TABLE mandates (
  id uuid PRIMARY KEY,
  membership_id uuid NOT NULL REFERENCES memberships(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  roles text NOT NULL,
  starts_on date NOT NULL,
  expires_on date NOT NULL,
  assembly_record_id uuid,
  granted_by uuid NOT NULL REFERENCES people(id),
  recalled_at timestamptz,
  recalled_by uuid REFERENCES people(id),
  recall_reason text,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK (starts_on <= expires_on),
  CHECK ((recalled_at IS NULL) = (recalled_by IS NULL))
);
CREATE INDEX mandates_membership ON mandates(membership_id);
CREATE INDEX mandates_organisation ON mandates(organisation_id, id);
CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  email text NOT NULL,
  roles text NOT NULL,
  mandate_expires_on date NOT NULL,
  token_hash text NOT NULL UNIQUE,
  invited_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  version bigint NOT NULL
);
CREATE INDEX invitations_organisation ON invitations(organisation_id, id);
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people(id),
  membership_id uuid NOT NULL REFERENCES memberships(id),
  mandate_id uuid REFERENCES mandates(id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_reason text
);
CREATE INDEX sessions_membership ON sessions(membership_id);
CREATE TABLE refresh_tokens (
  token_hash text PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions(id),
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens(session_id);
CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  private_key text NOT NULL,
  public_key text NOT NULL,
  created_at timestamptz NOT NULL,
  retires_at timestamptz NOT NULL
);
