CREATE TABLE bank_statements (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  media TEXT NOT NULL CHECK (media IN ('camt','ofx','table')),
  content BLOB NOT NULL,
  sha256 TEXT NOT NULL,
  entries INTEGER NOT NULL CHECK (entries >= 0),
  known INTEGER NOT NULL CHECK (known >= 0),
  pending INTEGER NOT NULL CHECK (pending >= 0),
  warnings TEXT NOT NULL,
  imported_by BLOB NOT NULL REFERENCES people(id),
  imported_at INTEGER NOT NULL,
  UNIQUE (organisation_id, sha256)
) STRICT;
CREATE INDEX bank_statements_organisation ON bank_statements(organisation_id, id);
CREATE TABLE bank_entries (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  statement_id BLOB NOT NULL REFERENCES bank_statements(id),
  entry_key TEXT NOT NULL,
  booked_on TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  left_minor INTEGER NOT NULL,
  bank_reference TEXT,
  end_to_end TEXT,
  text TEXT NOT NULL,
  counterparty TEXT,
  counterparty_account TEXT,
  status TEXT NOT NULL CHECK (status IN ('matched','unmatched','ignored')),
  reason TEXT NOT NULL,
  candidates TEXT NOT NULL,
  ignored_because TEXT,
  version INTEGER NOT NULL,
  UNIQUE (organisation_id, entry_key),
  CHECK ((status = 'matched') = (left_minor = 0)),
  CHECK (left_minor = 0 OR (left_minor > 0) = (amount_minor > 0)),
  CHECK (abs(left_minor) <= abs(amount_minor)),
  CHECK ((status = 'ignored') = (ignored_because IS NOT NULL))
) STRICT;
CREATE INDEX bank_entries_statement ON bank_entries(statement_id, id);
CREATE INDEX bank_entries_status ON bank_entries(organisation_id, status, id);
CREATE INDEX bank_entries_organisation ON bank_entries(organisation_id, id);
CREATE TABLE bank_allocations (
  entry_id BLOB NOT NULL REFERENCES bank_entries(id),
  invoice_id BLOB NOT NULL REFERENCES invoices(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  matched_by TEXT NOT NULL CHECK (matched_by IN ('end_to_end','reference','amount_and_counterparty','person')),
  payment_id BLOB REFERENCES payments(id),
  PRIMARY KEY (entry_id, invoice_id)
) STRICT;
CREATE INDEX bank_allocations_invoice ON bank_allocations(invoice_id, organisation_id);
CREATE INDEX bank_allocations_payment ON bank_allocations(payment_id) WHERE payment_id IS NOT NULL;
