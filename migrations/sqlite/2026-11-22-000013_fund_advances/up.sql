CREATE TABLE fund_advances (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  fund_id BLOB NOT NULL REFERENCES funds(id),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  payer_id BLOB NOT NULL REFERENCES organisations(id),
  used_for TEXT NOT NULL CHECK (used_for IN ('clinic','cooperative','media','education','organising')),
  status TEXT NOT NULL CHECK (status IN ('proposed','released','repaid','cancelled')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  repaid_minor INTEGER NOT NULL CHECK (repaid_minor >= 0),
  proposed_by BLOB NOT NULL REFERENCES people(id),
  proposed_at INTEGER NOT NULL,
  released_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (fund_id, reference),
  CHECK (repaid_minor <= amount_minor),
  CHECK ((status = 'repaid') = (repaid_minor = amount_minor)),
  CHECK (repaid_minor = 0 OR released_at IS NOT NULL)
) STRICT;
CREATE INDEX fund_advances_fund ON fund_advances(fund_id, id);
CREATE INDEX fund_advances_purchase_order ON fund_advances(purchase_order_id);
CREATE TABLE fund_advance_backers (
  advance_id BLOB NOT NULL REFERENCES fund_advances(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (advance_id, organisation_id)
) STRICT;
CREATE TABLE fund_advance_approvals (
  advance_id BLOB NOT NULL REFERENCES fund_advances(id),
  person_id BLOB NOT NULL REFERENCES people(id),
  mandate_id BLOB NOT NULL REFERENCES mandates(id),
  approved_at INTEGER NOT NULL,
  PRIMARY KEY (advance_id, person_id)
) STRICT;
CREATE TABLE fund_repayments (
  id BLOB NOT NULL PRIMARY KEY,
  advance_id BLOB NOT NULL REFERENCES fund_advances(id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  paid_on TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  recorded_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  UNIQUE (advance_id, bank_reference)
) STRICT;
