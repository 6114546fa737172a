CREATE TABLE payment_runs (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  execution_on TEXT NOT NULL,
  debtor_name TEXT NOT NULL,
  debtor_tax_id TEXT,
  account_kind TEXT NOT NULL CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number TEXT NOT NULL,
  account_branch TEXT,
  status TEXT NOT NULL CHECK (status IN ('proposed','approved','cancelled')),
  proposed_by BLOB NOT NULL REFERENCES people(id),
  proposed_at INTEGER NOT NULL,
  approved_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (organisation_id, reference),
  CHECK (status <> 'approved' OR approved_at IS NOT NULL),
  CHECK (status <> 'proposed' OR approved_at IS NULL)
) STRICT;
CREATE INDEX payment_runs_organisation ON payment_runs(organisation_id, id);
CREATE TABLE payment_transfers (
  run_id BLOB NOT NULL REFERENCES payment_runs(id),
  position INTEGER NOT NULL CHECK (position > 0),
  invoice_id BLOB NOT NULL REFERENCES invoices(id),
  held_invoice_id BLOB UNIQUE REFERENCES invoices(id),
  end_to_end TEXT NOT NULL CHECK (length(end_to_end) BETWEEN 1 AND 35),
  reference TEXT NOT NULL CHECK (length(reference) BETWEEN 1 AND 35),
  creditor_id BLOB NOT NULL REFERENCES organisations(id),
  creditor_name TEXT NOT NULL,
  creditor_tax_id TEXT,
  account_kind TEXT NOT NULL CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number TEXT NOT NULL,
  account_branch TEXT,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  paid_before_minor INTEGER NOT NULL CHECK (paid_before_minor >= 0),
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, invoice_id),
  CHECK (held_invoice_id IS NULL OR held_invoice_id = invoice_id)
) STRICT;
CREATE INDEX payment_transfers_invoice ON payment_transfers(invoice_id);
CREATE TABLE payment_run_approvals (
  run_id BLOB NOT NULL REFERENCES payment_runs(id),
  person_id BLOB NOT NULL REFERENCES people(id),
  mandate_id BLOB NOT NULL REFERENCES mandates(id),
  approved_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, person_id)
) STRICT;
