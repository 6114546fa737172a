CREATE TABLE bank_statements (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  media text NOT NULL CHECK (media IN ('camt','ofx','table')),
  content bytea NOT NULL,
  sha256 text NOT NULL,
  entries integer NOT NULL CHECK (entries >= 0),
  known integer NOT NULL CHECK (known >= 0),
  pending integer NOT NULL CHECK (pending >= 0),
  warnings jsonb NOT NULL,
  imported_by uuid NOT NULL REFERENCES people(id),
  imported_at timestamptz NOT NULL,
  UNIQUE (organisation_id, sha256)
);
CREATE INDEX bank_statements_organisation ON bank_statements(organisation_id, id);
CREATE TABLE bank_entries (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  statement_id uuid NOT NULL REFERENCES bank_statements(id),
  entry_key text NOT NULL,
  booked_on date NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  left_minor bigint NOT NULL,
  bank_reference text,
  end_to_end text,
  text text NOT NULL,
  counterparty text,
  counterparty_account text,
  status text NOT NULL CHECK (status IN ('matched','unmatched','ignored')),
  reason text NOT NULL,
  candidates jsonb NOT NULL,
  ignored_because text,
  version bigint NOT NULL,
  UNIQUE (organisation_id, entry_key),
  CHECK ((status = 'matched') = (left_minor = 0)),
  CHECK (left_minor = 0 OR (left_minor > 0) = (amount_minor > 0)),
  CHECK (abs(left_minor) <= abs(amount_minor)),
  CHECK ((status = 'ignored') = (ignored_because IS NOT NULL))
);
CREATE INDEX bank_entries_statement ON bank_entries(statement_id, id);
CREATE INDEX bank_entries_status ON bank_entries(organisation_id, status, id);
CREATE INDEX bank_entries_organisation ON bank_entries(organisation_id, id);
CREATE TABLE bank_allocations (
  entry_id uuid NOT NULL REFERENCES bank_entries(id),
  invoice_id uuid NOT NULL REFERENCES invoices(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  matched_by text NOT NULL CHECK (matched_by IN ('end_to_end','reference','amount_and_counterparty','person')),
  payment_id uuid REFERENCES payments(id),
  PRIMARY KEY (entry_id, invoice_id)
);
CREATE INDEX bank_allocations_invoice ON bank_allocations(invoice_id, organisation_id);
CREATE INDEX bank_allocations_payment ON bank_allocations(payment_id) WHERE payment_id IS NOT NULL;
