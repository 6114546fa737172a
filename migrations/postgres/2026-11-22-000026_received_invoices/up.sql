CREATE TABLE received_invoices (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  kind text NOT NULL CHECK (kind IN ('invoice','credit_note')),
  number text NOT NULL CHECK (length(number) > 0),
  issued_on date NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  net_minor bigint NOT NULL,
  tax_minor bigint NOT NULL,
  prepaid_minor bigint NOT NULL,
  payable_minor bigint NOT NULL,
  xml text NOT NULL,
  sha256 text NOT NULL,
  status text NOT NULL CHECK (status IN ('received','accepted','refused')),
  received_by uuid NOT NULL REFERENCES people(id),
  received_at timestamptz NOT NULL,
  decided_by uuid REFERENCES people(id),
  decided_at timestamptz,
  reason text,
  differences jsonb,
  version bigint NOT NULL,
  UNIQUE (organisation_id, sha256),
  CHECK ((status = 'received') = (decided_at IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  CHECK ((decided_at IS NULL) = (differences IS NULL)),
  CHECK ((status = 'refused') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX received_invoices_number
  ON received_invoices(organisation_id, cooperative_id, kind, number) WHERE status <> 'refused';
CREATE INDEX received_invoices_organisation ON received_invoices(organisation_id, id);
CREATE INDEX received_invoices_purchase_order ON received_invoices(purchase_order_id, organisation_id, id);
CREATE TABLE received_invoice_lines (
  received_invoice_id uuid NOT NULL REFERENCES received_invoices(id),
  line_position integer NOT NULL CHECK (line_position > 0),
  quantity_micro bigint NOT NULL,
  PRIMARY KEY (received_invoice_id, line_position)
);
CREATE TABLE invoice_tolerances (
  organisation_id uuid PRIMARY KEY REFERENCES organisations(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro BETWEEN 0 AND 1000000),
  price_micro bigint NOT NULL CHECK (price_micro BETWEEN 0 AND 1000000),
  currency text CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  version bigint NOT NULL,
  CHECK (currency IS NOT NULL OR amount_minor = 0)
);
