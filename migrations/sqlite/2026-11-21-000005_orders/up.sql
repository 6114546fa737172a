CREATE TABLE orders (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  need_id BLOB REFERENCES needs(id),
  pool_id BLOB,
  proposal_id BLOB UNIQUE REFERENCES proposals(id),
  agreement_id BLOB,
  quotation_id BLOB UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('draft','submitted','approved','confirmed','fulfilled','closed','cancelled')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  advance_minor INTEGER NOT NULL CHECK (advance_minor >= 0),
  advance_rate_micro INTEGER NOT NULL CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days INTEGER NOT NULL CHECK (payment_days >= 0),
  fund_id BLOB,
  fund_minor INTEGER NOT NULL CHECK (fund_minor >= 0),
  revision INTEGER NOT NULL CHECK (revision > 0),
  placed_by BLOB NOT NULL REFERENCES people(id),
  placed_at INTEGER NOT NULL,
  held_until INTEGER NOT NULL,
  confirmed_at INTEGER,
  cancelled_reason TEXT,
  version INTEGER NOT NULL,
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (advance_minor <= total_minor),
  CHECK (fund_minor <= total_minor),
  UNIQUE (buyer_id, reference),
  CHECK (CASE WHEN proposal_id IS NULL THEN 0 ELSE 1 END + CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END
    + CASE WHEN quotation_id IS NULL THEN 0 ELSE 1 END = 1),
  CHECK (proposal_id IS NULL OR (need_id IS NULL) <> (pool_id IS NULL)),
  CHECK (proposal_id IS NOT NULL OR pool_id IS NULL),
  CHECK (agreement_id IS NULL OR need_id IS NULL)
) STRICT;
CREATE INDEX orders_buyer ON orders(buyer_id, id);
CREATE INDEX orders_agreement ON orders(agreement_id, id);
CREATE INDEX orders_held ON orders(status, held_until);
CREATE TABLE purchase_orders (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  order_id BLOB NOT NULL REFERENCES orders(id),
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  status TEXT NOT NULL CHECK (status IN ('issued','accepted','declined','expired','delivered','closed','cancelled')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  advance_minor INTEGER NOT NULL CHECK (advance_minor >= 0),
  payment_days INTEGER NOT NULL CHECK (payment_days >= 0),
  issued_at INTEGER NOT NULL,
  answer_by INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by BLOB REFERENCES people(id),
  decline_reason TEXT,
  version INTEGER NOT NULL,
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (buyer_id <> cooperative_id),
  UNIQUE (buyer_id, reference),
  CHECK (advance_minor <= total_minor)
) STRICT;
CREATE INDEX purchase_orders_order ON purchase_orders(order_id);
CREATE INDEX purchase_orders_buyer ON purchase_orders(buyer_id, id);
CREATE INDEX purchase_orders_cooperative ON purchase_orders(cooperative_id, id);
CREATE INDEX purchase_orders_due ON purchase_orders(status, answer_by);
CREATE TABLE order_lines (
  order_id BLOB NOT NULL REFERENCES orders(id),
  position INTEGER NOT NULL CHECK (position > 0),
  need_position INTEGER,
  purchase_order_id BLOB REFERENCES purchase_orders(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  listing_id BLOB NOT NULL REFERENCES listings(id),
  product_id BLOB NOT NULL REFERENCES products(id),
  region TEXT NOT NULL,
  due_on TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active','released','replaced')),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  market_unit_price_micro INTEGER NOT NULL CHECK (market_unit_price_micro > 0),
  market_minor INTEGER NOT NULL CHECK (market_minor >= 0),
  unit_price_micro INTEGER NOT NULL,
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  unit_freight_micro INTEGER NOT NULL CHECK (unit_freight_micro >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  vat_rate_micro INTEGER NOT NULL CHECK (vat_rate_micro >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  rule_set_id BLOB NOT NULL REFERENCES rule_sets(id),
  price_request TEXT NOT NULL,
  price_answer TEXT NOT NULL,
  PRIMARY KEY (order_id, position),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (market_minor <= goods_minor),
  CHECK (unit_price_micro > market_unit_price_micro)
) STRICT;
CREATE INDEX order_lines_purchase_order ON order_lines(purchase_order_id);
CREATE INDEX order_lines_listing ON order_lines(listing_id);
CREATE TABLE order_shares (
  order_id BLOB NOT NULL REFERENCES orders(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  payer TEXT NOT NULL CHECK (payer IN ('buyer','fund')),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro >= 0),
  market_minor INTEGER NOT NULL CHECK (market_minor >= 0),
  extra_minor INTEGER NOT NULL CHECK (extra_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  unit_price_paid_micro INTEGER NOT NULL CHECK (unit_price_paid_micro >= 0),
  capped INTEGER NOT NULL CHECK (capped IN (0,1)),
  PRIMARY KEY (order_id, organisation_id, payer),
  CHECK (total_minor = market_minor + extra_minor + freight_minor + tax_minor)
) STRICT;
CREATE INDEX order_shares_organisation ON order_shares(organisation_id, order_id);
CREATE TABLE purchase_order_payers (
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  PRIMARY KEY (organisation_id, purchase_order_id)
) STRICT;
CREATE TABLE approvals (
  id BLOB NOT NULL PRIMARY KEY,
  order_id BLOB NOT NULL REFERENCES orders(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  person_id BLOB NOT NULL REFERENCES people(id),
  mandate_id BLOB NOT NULL REFERENCES mandates(id),
  revision INTEGER NOT NULL,
  total_minor INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (order_id, revision, organisation_id, person_id)
) STRICT;
CREATE TABLE reservations (
  order_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  period_id BLOB NOT NULL REFERENCES capacity_periods(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (order_id, position, period_id),
  FOREIGN KEY (order_id, position) REFERENCES order_lines(order_id, position)
) STRICT;
CREATE INDEX reservations_period ON reservations(period_id);
