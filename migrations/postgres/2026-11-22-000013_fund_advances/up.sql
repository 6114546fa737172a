CREATE TABLE fund_advances (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  fund_id uuid NOT NULL REFERENCES funds(id),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  payer_id uuid NOT NULL REFERENCES organisations(id),
  used_for text NOT NULL CHECK (used_for IN ('clinic','cooperative','media','education','organising')),
  status text NOT NULL CHECK (status IN ('proposed','released','repaid','cancelled')),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  repaid_minor bigint NOT NULL CHECK (repaid_minor >= 0),
  proposed_by uuid NOT NULL REFERENCES people(id),
  proposed_at timestamptz NOT NULL,
  released_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (fund_id, reference),
  CHECK (repaid_minor <= amount_minor),
  CHECK ((status = 'repaid') = (repaid_minor = amount_minor)),
  CHECK (repaid_minor = 0 OR released_at IS NOT NULL)
);
CREATE INDEX fund_advances_fund ON fund_advances(fund_id, id);
CREATE INDEX fund_advances_purchase_order ON fund_advances(purchase_order_id);
CREATE TABLE fund_advance_backers (
  advance_id uuid NOT NULL REFERENCES fund_advances(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (advance_id, organisation_id)
);
CREATE TABLE fund_advance_approvals (
  advance_id uuid NOT NULL REFERENCES fund_advances(id),
  person_id uuid NOT NULL REFERENCES people(id),
  mandate_id uuid NOT NULL REFERENCES mandates(id),
  approved_at timestamptz NOT NULL,
  PRIMARY KEY (advance_id, person_id)
);
CREATE TABLE fund_repayments (
  id uuid PRIMARY KEY,
  advance_id uuid NOT NULL REFERENCES fund_advances(id),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  paid_on date NOT NULL,
  bank_reference text NOT NULL,
  recorded_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  UNIQUE (advance_id, bank_reference)
);
