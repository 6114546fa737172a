CREATE TABLE payment_milestones (
  order_id BLOB NOT NULL REFERENCES orders(id),
  position INTEGER NOT NULL CHECK (position > 0),
  share_micro INTEGER NOT NULL CHECK (share_micro BETWEEN 1 AND 1000000),
  due TEXT NOT NULL CHECK (due IN ('acceptance','delivery')),
  days INTEGER NOT NULL CHECK (days >= 0),
  PRIMARY KEY (order_id, position),
  CHECK (due = 'delivery' OR position = 1)
) STRICT;
CREATE TABLE delivery_schedules (
  purchase_order_id BLOB NOT NULL PRIMARY KEY REFERENCES purchase_orders(id),
  proposal TEXT,
  proposed_by BLOB REFERENCES organisations(id),
  version INTEGER NOT NULL,
  CHECK ((proposal IS NULL) = (proposed_by IS NULL))
) STRICT;
CREATE TABLE delivery_stages (
  id BLOB NOT NULL PRIMARY KEY,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  position INTEGER NOT NULL CHECK (position > 0),
  due_on TEXT NOT NULL,
  late_since INTEGER,
  UNIQUE (purchase_order_id, position)
) STRICT;
CREATE INDEX delivery_stages_due ON delivery_stages(late_since, due_on);
CREATE TABLE stage_parts (
  stage_id BLOB NOT NULL REFERENCES delivery_stages(id),
  line_position INTEGER NOT NULL,
  branch_id BLOB NOT NULL REFERENCES organisations(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  despatched_micro INTEGER NOT NULL CHECK (despatched_micro >= 0),
  PRIMARY KEY (stage_id, line_position, branch_id),
  CHECK (despatched_micro <= quantity_micro)
) STRICT;
CREATE TABLE claims (
  id BLOB NOT NULL PRIMARY KEY,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  receipt_id BLOB NOT NULL,
  line_position INTEGER NOT NULL,
  branch_id BLOB NOT NULL REFERENCES organisations(id),
  kind TEXT NOT NULL CHECK (kind IN ('rejected','short','defect')),
  status TEXT NOT NULL CHECK (status IN ('open','remake_promised','remade','credited')),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  open_micro INTEGER NOT NULL CHECK (open_micro >= 0),
  remaking_micro INTEGER NOT NULL CHECK (remaking_micro >= 0),
  reason TEXT NOT NULL,
  answer_by TEXT NOT NULL,
  remake_by TEXT,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (open_micro <= quantity_micro),
  CHECK (remaking_micro <= open_micro),
  CHECK ((status IN ('remade','credited')) = (open_micro = 0)),
  CHECK (status <> 'remake_promised' OR remake_by IS NOT NULL)
) STRICT;
CREATE INDEX claims_purchase_order ON claims(purchase_order_id, id);
CREATE INDEX claims_due ON claims(status, answer_by);
CREATE TABLE despatches (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  stage_id BLOB REFERENCES delivery_stages(id),
  claim_id BLOB REFERENCES claims(id),
  despatched_on TEXT NOT NULL,
  carrier TEXT,
  despatched_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  UNIQUE (cooperative_id, reference),
  CHECK ((stage_id IS NULL) <> (claim_id IS NULL))
) STRICT;
CREATE INDEX despatches_purchase_order ON despatches(purchase_order_id, id);
CREATE INDEX despatches_cooperative ON despatches(cooperative_id, id);
CREATE TABLE despatch_parts (
  despatch_id BLOB NOT NULL REFERENCES despatches(id),
  line_position INTEGER NOT NULL,
  branch_id BLOB NOT NULL REFERENCES organisations(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (despatch_id, line_position, branch_id)
) STRICT;
CREATE INDEX despatch_parts_branch ON despatch_parts(branch_id, despatch_id);
CREATE TABLE receipts (
  id BLOB NOT NULL PRIMARY KEY,
  despatch_id BLOB NOT NULL REFERENCES despatches(id),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  branch_id BLOB NOT NULL REFERENCES organisations(id),
  received_on TEXT NOT NULL,
  received_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  fitness INTEGER CHECK (fitness BETWEEN 1 AND 5),
  comment TEXT,
  rated_by BLOB REFERENCES people(id),
  version INTEGER NOT NULL,
  UNIQUE (despatch_id, branch_id),
  CHECK ((fitness IS NULL) = (rated_by IS NULL)),
  CHECK (comment IS NULL OR fitness IS NOT NULL)
) STRICT;
CREATE INDEX receipts_purchase_order ON receipts(purchase_order_id, id);
CREATE INDEX receipts_cooperative ON receipts(cooperative_id, fitness);
CREATE INDEX receipts_seller ON receipts(cooperative_id, id);
CREATE INDEX receipts_branch ON receipts(branch_id, id);
CREATE TABLE receipt_lines (
  receipt_id BLOB NOT NULL REFERENCES receipts(id),
  line_position INTEGER NOT NULL,
  despatched_micro INTEGER NOT NULL CHECK (despatched_micro > 0),
  accepted_micro INTEGER NOT NULL CHECK (accepted_micro >= 0),
  rejected_micro INTEGER NOT NULL CHECK (rejected_micro >= 0),
  short_micro INTEGER NOT NULL CHECK (short_micro >= 0),
  defect_micro INTEGER NOT NULL CHECK (defect_micro >= 0),
  reason TEXT,
  PRIMARY KEY (receipt_id, line_position),
  CHECK (despatched_micro = accepted_micro + rejected_micro + short_micro),
  CHECK (defect_micro <= accepted_micro),
  CHECK (rejected_micro = 0 OR reason IS NOT NULL)
) STRICT;
CREATE TABLE billing_lines (
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  line_position INTEGER NOT NULL,
  payer_id BLOB NOT NULL REFERENCES organisations(id),
  account TEXT NOT NULL CHECK (account IN ('buyer','fund')),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  accepted_micro INTEGER NOT NULL CHECK (accepted_micro >= 0),
  credited_micro INTEGER NOT NULL CHECK (credited_micro >= 0),
  billed_micro INTEGER NOT NULL CHECK (billed_micro >= 0),
  PRIMARY KEY (purchase_order_id, line_position, payer_id, account),
  CHECK (accepted_micro + credited_micro <= quantity_micro),
  CHECK (billed_micro <= quantity_micro)
) STRICT;
CREATE INDEX billing_lines_payer ON billing_lines(payer_id, purchase_order_id);
CREATE TABLE advance_accounts (
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  payer_id BLOB NOT NULL REFERENCES organisations(id),
  account TEXT NOT NULL CHECK (account IN ('buyer','fund')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  whole_minor INTEGER NOT NULL CHECK (whole_minor >= 0),
  agreed_minor INTEGER NOT NULL CHECK (agreed_minor >= 0),
  paid_minor INTEGER NOT NULL CHECK (paid_minor >= 0),
  netted_minor INTEGER NOT NULL CHECK (netted_minor >= 0),
  refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
  version INTEGER NOT NULL,
  PRIMARY KEY (purchase_order_id, payer_id, account),
  CHECK (agreed_minor <= whole_minor),
  CHECK (paid_minor <= agreed_minor),
  CHECK (netted_minor + refunded_minor <= paid_minor)
) STRICT;
CREATE TABLE invoices (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','work_done')),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  payer_id BLOB NOT NULL REFERENCES organisations(id),
  account TEXT NOT NULL CHECK (account IN ('buyer','fund')),
  claim_id BLOB REFERENCES claims(id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  deducted_minor INTEGER NOT NULL CHECK (deducted_minor >= 0),
  payable_minor INTEGER NOT NULL CHECK (payable_minor >= 0),
  paid_minor INTEGER NOT NULL CHECK (paid_minor >= 0),
  issued_on TEXT NOT NULL,
  issued_by BLOB REFERENCES people(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (cooperative_id, reference),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (payable_minor = total_minor - deducted_minor),
  CHECK (paid_minor <= payable_minor),
  CHECK ((kind = 'credit_note') = (claim_id IS NOT NULL))
) STRICT;
CREATE INDEX invoices_purchase_order ON invoices(purchase_order_id, id);
CREATE INDEX invoices_cooperative ON invoices(cooperative_id, id);
CREATE INDEX invoices_payer ON invoices(payer_id, id);
CREATE TABLE invoice_lines (
  invoice_id BLOB NOT NULL REFERENCES invoices(id),
  line_position INTEGER NOT NULL,
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro >= 0),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  booked_quantity_micro INTEGER NOT NULL CHECK (booked_quantity_micro BETWEEN 0 AND quantity_micro),
  booked_market_minor INTEGER NOT NULL CHECK (booked_market_minor BETWEEN 0 AND booked_goods_minor),
  booked_goods_minor INTEGER NOT NULL CHECK (booked_goods_minor BETWEEN 0 AND goods_minor),
  booked_freight_minor INTEGER NOT NULL CHECK (booked_freight_minor BETWEEN 0 AND freight_minor),
  booked_tax_minor INTEGER NOT NULL CHECK (booked_tax_minor >= 0),
  PRIMARY KEY (invoice_id, line_position)
) STRICT;
CREATE TABLE invoice_instalments (
  invoice_id BLOB NOT NULL REFERENCES invoices(id),
  position INTEGER NOT NULL CHECK (position > 0),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  due_on TEXT NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT;
CREATE TABLE payments (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('advance','invoice','refund')),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  invoice_id BLOB REFERENCES invoices(id),
  payer_id BLOB NOT NULL REFERENCES organisations(id),
  account TEXT NOT NULL CHECK (account IN ('buyer','fund')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  paid_on TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  recorded_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  reversed_on TEXT,
  reversed_because TEXT,
  CHECK ((kind = 'invoice') = (invoice_id IS NOT NULL)),
  CHECK ((reversed_on IS NULL) = (reversed_because IS NULL))
) STRICT;
-- What was taken back leaves its reference free.
CREATE UNIQUE INDEX payments_reference ON payments(purchase_order_id, kind, payer_id, bank_reference)
  WHERE reversed_on IS NULL;
CREATE INDEX payments_invoice ON payments(invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_purchase_order ON payments(purchase_order_id, id);
CREATE TABLE materials (
  id BLOB NOT NULL PRIMARY KEY,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  unit TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  unit_value_micro INTEGER NOT NULL CHECK (unit_value_micro >= 0),
  supplied_micro INTEGER NOT NULL CHECK (supplied_micro >= 0),
  consumed_micro INTEGER NOT NULL CHECK (consumed_micro >= 0),
  wasted_micro INTEGER NOT NULL CHECK (wasted_micro >= 0),
  returned_micro INTEGER NOT NULL CHECK (returned_micro >= 0),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (consumed_micro + wasted_micro + returned_micro <= supplied_micro)
) STRICT;
CREATE INDEX materials_purchase_order ON materials(purchase_order_id, id);
CREATE TABLE material_movements (
  id BLOB NOT NULL PRIMARY KEY,
  material_id BLOB NOT NULL REFERENCES materials(id),
  kind TEXT NOT NULL CHECK (kind IN ('supplied','consumed','wasted','returned')),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  moved_on TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX material_movements_material ON material_movements(material_id, id);
CREATE TABLE consultations (
  id BLOB NOT NULL PRIMARY KEY,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  kind TEXT NOT NULL CHECK (kind IN ('cancellation','late_delivery')),
  status TEXT NOT NULL CHECK (status IN ('open','answered','unanswered','cancelled','settled')),
  stage_id BLOB,
  reason TEXT NOT NULL,
  opened_by BLOB REFERENCES people(id),
  opened_at INTEGER NOT NULL,
  answer_by TEXT NOT NULL,
  statement TEXT,
  work_done_minor INTEGER CHECK (work_done_minor >= 0),
  answered_by BLOB REFERENCES people(id),
  version INTEGER NOT NULL,
  CHECK ((kind = 'late_delivery') = (stage_id IS NOT NULL)),
  CHECK (kind = 'cancellation' OR status <> 'cancelled'),
  CHECK ((statement IS NULL) = (answered_by IS NULL))
) STRICT;
CREATE INDEX consultations_purchase_order ON consultations(purchase_order_id, id);
CREATE INDEX consultations_due ON consultations(status, answer_by);
