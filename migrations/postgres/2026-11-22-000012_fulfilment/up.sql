CREATE TABLE payment_milestones (
  order_id uuid NOT NULL REFERENCES orders(id),
  position integer NOT NULL CHECK (position > 0),
  share_micro bigint NOT NULL CHECK (share_micro BETWEEN 1 AND 1000000),
  due text NOT NULL CHECK (due IN ('acceptance','delivery')),
  days integer NOT NULL CHECK (days >= 0),
  PRIMARY KEY (order_id, position),
  CHECK (due = 'delivery' OR position = 1)
);
CREATE TABLE delivery_schedules (
  purchase_order_id uuid PRIMARY KEY REFERENCES purchase_orders(id),
  proposal jsonb,
  proposed_by uuid REFERENCES organisations(id),
  version bigint NOT NULL,
  CHECK ((proposal IS NULL) = (proposed_by IS NULL))
);
CREATE TABLE delivery_stages (
  id uuid PRIMARY KEY,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  position integer NOT NULL CHECK (position > 0),
  due_on date NOT NULL,
  late_since timestamptz,
  UNIQUE (purchase_order_id, position)
);
CREATE INDEX delivery_stages_due ON delivery_stages(late_since, due_on);
CREATE TABLE stage_parts (
  stage_id uuid NOT NULL REFERENCES delivery_stages(id),
  line_position integer NOT NULL,
  branch_id uuid NOT NULL REFERENCES organisations(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  despatched_micro bigint NOT NULL CHECK (despatched_micro >= 0),
  PRIMARY KEY (stage_id, line_position, branch_id),
  CHECK (despatched_micro <= quantity_micro)
);
CREATE TABLE claims (
  id uuid PRIMARY KEY,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  receipt_id uuid NOT NULL,
  line_position integer NOT NULL,
  branch_id uuid NOT NULL REFERENCES organisations(id),
  kind text NOT NULL CHECK (kind IN ('rejected','short','defect')),
  status text NOT NULL CHECK (status IN ('open','remake_promised','remade','credited')),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  open_micro bigint NOT NULL CHECK (open_micro >= 0),
  remaking_micro bigint NOT NULL CHECK (remaking_micro >= 0),
  reason text NOT NULL,
  answer_by date NOT NULL,
  remake_by date,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK (open_micro <= quantity_micro),
  CHECK (remaking_micro <= open_micro),
  CHECK ((status IN ('remade','credited')) = (open_micro = 0)),
  CHECK (status <> 'remake_promised' OR remake_by IS NOT NULL)
);
CREATE INDEX claims_purchase_order ON claims(purchase_order_id, id);
CREATE INDEX claims_due ON claims(status, answer_by);
CREATE TABLE despatches (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  stage_id uuid REFERENCES delivery_stages(id),
  claim_id uuid REFERENCES claims(id),
  despatched_on date NOT NULL,
  carrier text,
  despatched_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  UNIQUE (cooperative_id, reference),
  CHECK ((stage_id IS NULL) <> (claim_id IS NULL))
);
CREATE INDEX despatches_purchase_order ON despatches(purchase_order_id, id);
CREATE INDEX despatches_cooperative ON despatches(cooperative_id, id);
CREATE TABLE despatch_parts (
  despatch_id uuid NOT NULL REFERENCES despatches(id),
  line_position integer NOT NULL,
  branch_id uuid NOT NULL REFERENCES organisations(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (despatch_id, line_position, branch_id)
);
CREATE INDEX despatch_parts_branch ON despatch_parts(branch_id, despatch_id);
CREATE TABLE receipts (
  id uuid PRIMARY KEY,
  despatch_id uuid NOT NULL REFERENCES despatches(id),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  branch_id uuid NOT NULL REFERENCES organisations(id),
  received_on date NOT NULL,
  received_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  fitness integer CHECK (fitness BETWEEN 1 AND 5),
  comment text,
  rated_by uuid REFERENCES people(id),
  version bigint NOT NULL,
  UNIQUE (despatch_id, branch_id),
  CHECK ((fitness IS NULL) = (rated_by IS NULL)),
  CHECK (comment IS NULL OR fitness IS NOT NULL)
);
CREATE INDEX receipts_purchase_order ON receipts(purchase_order_id, id);
CREATE INDEX receipts_cooperative ON receipts(cooperative_id, fitness);
CREATE INDEX receipts_seller ON receipts(cooperative_id, id);
CREATE INDEX receipts_branch ON receipts(branch_id, id);
CREATE TABLE receipt_lines (
  receipt_id uuid NOT NULL REFERENCES receipts(id),
  line_position integer NOT NULL,
  despatched_micro bigint NOT NULL CHECK (despatched_micro > 0),
  accepted_micro bigint NOT NULL CHECK (accepted_micro >= 0),
  rejected_micro bigint NOT NULL CHECK (rejected_micro >= 0),
  short_micro bigint NOT NULL CHECK (short_micro >= 0),
  defect_micro bigint NOT NULL CHECK (defect_micro >= 0),
  reason text,
  PRIMARY KEY (receipt_id, line_position),
  CHECK (despatched_micro = accepted_micro + rejected_micro + short_micro),
  CHECK (defect_micro <= accepted_micro),
  CHECK (rejected_micro = 0 OR reason IS NOT NULL)
);
CREATE TABLE billing_lines (
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  line_position integer NOT NULL,
  payer_id uuid NOT NULL REFERENCES organisations(id),
  account text NOT NULL CHECK (account IN ('buyer','fund')),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  accepted_micro bigint NOT NULL CHECK (accepted_micro >= 0),
  credited_micro bigint NOT NULL CHECK (credited_micro >= 0),
  billed_micro bigint NOT NULL CHECK (billed_micro >= 0),
  PRIMARY KEY (purchase_order_id, line_position, payer_id, account),
  CHECK (accepted_micro + credited_micro <= quantity_micro),
  CHECK (billed_micro <= quantity_micro)
);
CREATE INDEX billing_lines_payer ON billing_lines(payer_id, purchase_order_id);
CREATE TABLE advance_accounts (
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  payer_id uuid NOT NULL REFERENCES organisations(id),
  account text NOT NULL CHECK (account IN ('buyer','fund')),
  currency text NOT NULL CHECK (length(currency) = 3),
  whole_minor bigint NOT NULL CHECK (whole_minor >= 0),
  agreed_minor bigint NOT NULL CHECK (agreed_minor >= 0),
  paid_minor bigint NOT NULL CHECK (paid_minor >= 0),
  netted_minor bigint NOT NULL CHECK (netted_minor >= 0),
  refunded_minor bigint NOT NULL CHECK (refunded_minor >= 0),
  version bigint NOT NULL,
  PRIMARY KEY (purchase_order_id, payer_id, account),
  CHECK (agreed_minor <= whole_minor),
  CHECK (paid_minor <= agreed_minor),
  CHECK (netted_minor + refunded_minor <= paid_minor)
);
CREATE TABLE invoices (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('invoice','credit_note','work_done')),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  payer_id uuid NOT NULL REFERENCES organisations(id),
  account text NOT NULL CHECK (account IN ('buyer','fund')),
  claim_id uuid REFERENCES claims(id),
  currency text NOT NULL CHECK (length(currency) = 3),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  deducted_minor bigint NOT NULL CHECK (deducted_minor >= 0),
  payable_minor bigint NOT NULL CHECK (payable_minor >= 0),
  paid_minor bigint NOT NULL CHECK (paid_minor >= 0),
  issued_on date NOT NULL,
  issued_by uuid REFERENCES people(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  UNIQUE (cooperative_id, reference),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (payable_minor = total_minor - deducted_minor),
  CHECK (paid_minor <= payable_minor),
  CHECK ((kind = 'credit_note') = (claim_id IS NOT NULL))
);
CREATE INDEX invoices_purchase_order ON invoices(purchase_order_id, id);
CREATE INDEX invoices_cooperative ON invoices(cooperative_id, id);
CREATE INDEX invoices_payer ON invoices(payer_id, id);
CREATE TABLE invoice_lines (
  invoice_id uuid NOT NULL REFERENCES invoices(id),
  line_position integer NOT NULL,
  quantity_micro bigint NOT NULL CHECK (quantity_micro >= 0),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  booked_quantity_micro bigint NOT NULL CHECK (booked_quantity_micro BETWEEN 0 AND quantity_micro),
  booked_market_minor bigint NOT NULL CHECK (booked_market_minor BETWEEN 0 AND booked_goods_minor),
  booked_goods_minor bigint NOT NULL CHECK (booked_goods_minor BETWEEN 0 AND goods_minor),
  booked_freight_minor bigint NOT NULL CHECK (booked_freight_minor BETWEEN 0 AND freight_minor),
  booked_tax_minor bigint NOT NULL CHECK (booked_tax_minor >= 0),
  PRIMARY KEY (invoice_id, line_position)
);
CREATE TABLE invoice_instalments (
  invoice_id uuid NOT NULL REFERENCES invoices(id),
  position integer NOT NULL CHECK (position > 0),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  due_on date NOT NULL,
  PRIMARY KEY (invoice_id, position)
);
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('advance','invoice','refund')),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  invoice_id uuid REFERENCES invoices(id),
  payer_id uuid NOT NULL REFERENCES organisations(id),
  account text NOT NULL CHECK (account IN ('buyer','fund')),
  currency text NOT NULL CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  paid_on date NOT NULL,
  bank_reference text NOT NULL,
  recorded_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  reversed_on date,
  reversed_because text,
  CHECK ((kind = 'invoice') = (invoice_id IS NOT NULL)),
  CHECK ((reversed_on IS NULL) = (reversed_because IS NULL))
);
-- What was taken back leaves its reference free.
CREATE UNIQUE INDEX payments_reference ON payments(purchase_order_id, kind, payer_id, bank_reference)
  WHERE reversed_on IS NULL;
CREATE INDEX payments_invoice ON payments(invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_purchase_order ON payments(purchase_order_id, id);
CREATE TABLE materials (
  id uuid PRIMARY KEY,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  unit text NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  unit_value_micro bigint NOT NULL CHECK (unit_value_micro >= 0),
  supplied_micro bigint NOT NULL CHECK (supplied_micro >= 0),
  consumed_micro bigint NOT NULL CHECK (consumed_micro >= 0),
  wasted_micro bigint NOT NULL CHECK (wasted_micro >= 0),
  returned_micro bigint NOT NULL CHECK (returned_micro >= 0),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK (consumed_micro + wasted_micro + returned_micro <= supplied_micro)
);
CREATE INDEX materials_purchase_order ON materials(purchase_order_id, id);
CREATE TABLE material_movements (
  id uuid PRIMARY KEY,
  material_id uuid NOT NULL REFERENCES materials(id),
  kind text NOT NULL CHECK (kind IN ('supplied','consumed','wasted','returned')),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  moved_on date NOT NULL,
  note text NOT NULL,
  recorded_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL
);
CREATE INDEX material_movements_material ON material_movements(material_id, id);
CREATE TABLE consultations (
  id uuid PRIMARY KEY,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  kind text NOT NULL CHECK (kind IN ('cancellation','late_delivery')),
  status text NOT NULL CHECK (status IN ('open','answered','unanswered','cancelled','settled')),
  stage_id uuid,
  reason text NOT NULL,
  opened_by uuid REFERENCES people(id),
  opened_at timestamptz NOT NULL,
  answer_by date NOT NULL,
  statement text,
  work_done_minor bigint CHECK (work_done_minor >= 0),
  answered_by uuid REFERENCES people(id),
  version bigint NOT NULL,
  CHECK ((kind = 'late_delivery') = (stage_id IS NOT NULL)),
  CHECK (kind = 'cancellation' OR status <> 'cancelled'),
  CHECK ((statement IS NULL) = (answered_by IS NULL))
);
CREATE INDEX consultations_purchase_order ON consultations(purchase_order_id, id);
CREATE INDEX consultations_due ON consultations(status, answer_by);
