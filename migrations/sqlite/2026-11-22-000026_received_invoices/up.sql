CREATE TABLE received_invoices (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  kind TEXT NOT NULL CHECK (kind IN ('invoice','credit_note')),
  number TEXT NOT NULL CHECK (length(number) > 0),
  issued_on TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  net_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  prepaid_minor INTEGER NOT NULL,
  payable_minor INTEGER NOT NULL,
  xml TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('received','accepted','refused')),
  received_by BLOB NOT NULL REFERENCES people(id),
  received_at INTEGER NOT NULL,
  decided_by BLOB REFERENCES people(id),
  decided_at INTEGER,
  reason TEXT,
  differences TEXT,
  version INTEGER NOT NULL,
  UNIQUE (organisation_id, sha256),
  CHECK ((status = 'received') = (decided_at IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  CHECK ((decided_at IS NULL) = (differences IS NULL)),
  CHECK ((status = 'refused') = (reason IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX received_invoices_number
  ON received_invoices(organisation_id, cooperative_id, kind, number) WHERE status <> 'refused';
CREATE INDEX received_invoices_organisation ON received_invoices(organisation_id, id);
CREATE INDEX received_invoices_purchase_order ON received_invoices(purchase_order_id, organisation_id, id);
CREATE TABLE received_invoice_lines (
  received_invoice_id BLOB NOT NULL REFERENCES received_invoices(id),
  line_position INTEGER NOT NULL CHECK (line_position > 0),
  quantity_micro INTEGER NOT NULL,
  PRIMARY KEY (received_invoice_id, line_position)
) STRICT;
CREATE TABLE invoice_tolerances (
  organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro BETWEEN 0 AND 1000000),
  price_micro INTEGER NOT NULL CHECK (price_micro BETWEEN 0 AND 1000000),
  currency TEXT CHECK (length(currency) = 3),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  version INTEGER NOT NULL,
  CHECK (currency IS NOT NULL OR amount_minor = 0)
) STRICT;
