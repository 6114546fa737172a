CREATE TABLE orders (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  need_id uuid REFERENCES needs(id),
  pool_id uuid,
  proposal_id uuid UNIQUE REFERENCES proposals(id),
  agreement_id uuid,
  quotation_id uuid UNIQUE,
  status text NOT NULL CHECK (status IN ('draft','submitted','approved','confirmed','fulfilled','closed','cancelled')),
  currency text NOT NULL CHECK (length(currency) = 3),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  advance_minor bigint NOT NULL CHECK (advance_minor >= 0),
  advance_rate_micro bigint NOT NULL CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days integer NOT NULL CHECK (payment_days >= 0),
  fund_id uuid,
  fund_minor bigint NOT NULL CHECK (fund_minor >= 0),
  revision bigint NOT NULL CHECK (revision > 0),
  placed_by uuid NOT NULL REFERENCES people(id),
  placed_at timestamptz NOT NULL,
  held_until timestamptz NOT NULL,
  confirmed_at timestamptz,
  cancelled_reason text,
  version bigint NOT NULL,
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (advance_minor <= total_minor),
  CHECK (fund_minor <= total_minor),
  UNIQUE (buyer_id, reference),
  CHECK (CASE WHEN proposal_id IS NULL THEN 0 ELSE 1 END + CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END
    + CASE WHEN quotation_id IS NULL THEN 0 ELSE 1 END = 1),
  CHECK (proposal_id IS NULL OR (need_id IS NULL) <> (pool_id IS NULL)),
  CHECK (proposal_id IS NOT NULL OR pool_id IS NULL),
  CHECK (agreement_id IS NULL OR need_id IS NULL)
);
CREATE INDEX orders_buyer ON orders(buyer_id, id);
CREATE INDEX orders_agreement ON orders(agreement_id, id);
CREATE INDEX orders_held ON orders(status, held_until);
CREATE TABLE purchase_orders (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  order_id uuid NOT NULL REFERENCES orders(id),
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  status text NOT NULL CHECK (status IN ('issued','accepted','declined','expired','delivered','closed','cancelled')),
  currency text NOT NULL CHECK (length(currency) = 3),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  advance_minor bigint NOT NULL CHECK (advance_minor >= 0),
  payment_days integer NOT NULL CHECK (payment_days >= 0),
  issued_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  answered_at timestamptz,
  answered_by uuid REFERENCES people(id),
  decline_reason text,
  version bigint NOT NULL,
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (buyer_id <> cooperative_id),
  UNIQUE (buyer_id, reference),
  CHECK (advance_minor <= total_minor)
);
CREATE INDEX purchase_orders_order ON purchase_orders(order_id);
CREATE INDEX purchase_orders_buyer ON purchase_orders(buyer_id, id);
CREATE INDEX purchase_orders_cooperative ON purchase_orders(cooperative_id, id);
CREATE INDEX purchase_orders_due ON purchase_orders(status, answer_by);
CREATE TABLE order_lines (
  order_id uuid NOT NULL REFERENCES orders(id),
  position integer NOT NULL CHECK (position > 0),
  need_position integer,
  purchase_order_id uuid REFERENCES purchase_orders(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  listing_id uuid NOT NULL REFERENCES listings(id),
  product_id uuid NOT NULL REFERENCES products(id),
  region text NOT NULL,
  due_on date NOT NULL,
  status text NOT NULL CHECK (status IN ('active','released','replaced')),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  market_unit_price_micro bigint NOT NULL CHECK (market_unit_price_micro > 0),
  market_minor bigint NOT NULL CHECK (market_minor >= 0),
  unit_price_micro bigint NOT NULL,
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  unit_freight_micro bigint NOT NULL CHECK (unit_freight_micro >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  vat_rate_micro bigint NOT NULL CHECK (vat_rate_micro >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  rule_set_id uuid NOT NULL REFERENCES rule_sets(id),
  price_request jsonb NOT NULL,
  price_answer jsonb NOT NULL,
  PRIMARY KEY (order_id, position),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor),
  CHECK (market_minor <= goods_minor),
  CHECK (unit_price_micro > market_unit_price_micro)
);
CREATE INDEX order_lines_purchase_order ON order_lines(purchase_order_id);
CREATE INDEX order_lines_listing ON order_lines(listing_id);
CREATE TABLE order_shares (
  order_id uuid NOT NULL REFERENCES orders(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  payer text NOT NULL CHECK (payer IN ('buyer','fund')),
  quantity_micro bigint NOT NULL CHECK (quantity_micro >= 0),
  market_minor bigint NOT NULL CHECK (market_minor >= 0),
  extra_minor bigint NOT NULL CHECK (extra_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  unit_price_paid_micro bigint NOT NULL CHECK (unit_price_paid_micro >= 0),
  capped boolean NOT NULL,
  PRIMARY KEY (order_id, organisation_id, payer),
  CHECK (total_minor = market_minor + extra_minor + freight_minor + tax_minor)
);
CREATE INDEX order_shares_organisation ON order_shares(organisation_id, order_id);
CREATE TABLE purchase_order_payers (
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  PRIMARY KEY (organisation_id, purchase_order_id)
);
CREATE TABLE approvals (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  person_id uuid NOT NULL REFERENCES people(id),
  mandate_id uuid NOT NULL REFERENCES mandates(id),
  revision bigint NOT NULL,
  total_minor bigint NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (order_id, revision, organisation_id, person_id)
);
CREATE TABLE reservations (
  order_id uuid NOT NULL,
  position integer NOT NULL,
  period_id uuid NOT NULL REFERENCES capacity_periods(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (order_id, position, period_id),
  FOREIGN KEY (order_id, position) REFERENCES order_lines(order_id, position)
);
CREATE INDEX reservations_period ON reservations(period_id);
