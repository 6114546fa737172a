CREATE TABLE payment_runs (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  execution_on date NOT NULL,
  debtor_name text NOT NULL,
  debtor_tax_id text,
  account_kind text NOT NULL CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number text NOT NULL,
  account_branch text,
  status text NOT NULL CHECK (status IN ('proposed','approved','cancelled')),
  proposed_by uuid NOT NULL REFERENCES people(id),
  proposed_at timestamptz NOT NULL,
  approved_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (organisation_id, reference),
  CHECK (status <> 'approved' OR approved_at IS NOT NULL),
  CHECK (status <> 'proposed' OR approved_at IS NULL)
);
CREATE INDEX payment_runs_organisation ON payment_runs(organisation_id, id);
CREATE TABLE payment_transfers (
  run_id uuid NOT NULL REFERENCES payment_runs(id),
  position integer NOT NULL CHECK (position > 0),
  invoice_id uuid NOT NULL REFERENCES invoices(id),
  held_invoice_id uuid UNIQUE REFERENCES invoices(id),
  end_to_end text NOT NULL CHECK (length(end_to_end) BETWEEN 1 AND 35),
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 35),
  creditor_id uuid NOT NULL REFERENCES organisations(id),
  creditor_name text NOT NULL,
  creditor_tax_id text,
  account_kind text NOT NULL CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number text NOT NULL,
  account_branch text,
  currency text NOT NULL CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  paid_before_minor bigint NOT NULL CHECK (paid_before_minor >= 0),
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, invoice_id),
  CHECK (held_invoice_id IS NULL OR held_invoice_id = invoice_id)
);
CREATE INDEX payment_transfers_invoice ON payment_transfers(invoice_id);
CREATE TABLE payment_run_approvals (
  run_id uuid NOT NULL REFERENCES payment_runs(id),
  person_id uuid NOT NULL REFERENCES people(id),
  mandate_id uuid NOT NULL REFERENCES mandates(id),
  approved_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, person_id)
);
