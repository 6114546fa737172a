CREATE TABLE needs (
  id uuid PRIMARY KEY,
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  reference text NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (length(currency) = 3),
  status text NOT NULL CHECK (status IN ('draft','published','proposed','ordered','unmet','closed')),
  max_premium_rate_micro bigint CHECK (max_premium_rate_micro >= 0),
  external_reference text CHECK (length(external_reference) BETWEEN 1 AND 64),
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  first_until timestamptz,
  version bigint NOT NULL,
  UNIQUE (buyer_id, reference),
  UNIQUE (buyer_id, external_reference)
);
CREATE INDEX needs_buyer ON needs(buyer_id, id);
CREATE INDEX needs_status ON needs(status, id);
CREATE INDEX needs_first ON needs(first_until, id);
CREATE TABLE need_networks (
  need_id uuid NOT NULL REFERENCES needs(id),
  network_id uuid NOT NULL REFERENCES organisations(id),
  PRIMARY KEY (need_id, network_id)
);
CREATE TABLE need_lines (
  need_id uuid NOT NULL REFERENCES needs(id),
  position integer NOT NULL CHECK (position > 0),
  product_id uuid NOT NULL REFERENCES products(id),
  specification text NOT NULL,
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  priority integer NOT NULL CHECK (priority > 0),
  region text NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  due_on date NOT NULL,
  max_unit_price_micro bigint CHECK (max_unit_price_micro > 0),
  budget_minor bigint CHECK (budget_minor >= 0),
  max_suppliers integer CHECK (max_suppliers > 0),
  PRIMARY KEY (need_id, position)
);
CREATE INDEX need_lines_product ON need_lines(product_id);
CREATE TABLE proposals (
  id uuid PRIMARY KEY,
  need_id uuid REFERENCES needs(id),
  pool_id uuid,
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  status text NOT NULL CHECK (status IN ('open','accepted','stale','superseded')),
  as_of date NOT NULL,
  request jsonb NOT NULL,
  plan jsonb NOT NULL,
  context jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK ((need_id IS NULL) <> (pool_id IS NULL))
);
CREATE INDEX proposals_need ON proposals(need_id, id);
CREATE INDEX proposals_buyer ON proposals(buyer_id, id);
CREATE TABLE unmet_lines (
  id uuid NOT NULL UNIQUE,
  need_id uuid NOT NULL,
  position integer NOT NULL,
  product_id uuid NOT NULL REFERENCES products(id),
  region text NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  codes text NOT NULL,
  since timestamptz NOT NULL,
  told_at timestamptz,
  told_of uuid REFERENCES listings(id),
  PRIMARY KEY (need_id, position),
  FOREIGN KEY (need_id, position) REFERENCES need_lines(need_id, position)
);
CREATE INDEX unmet_lines_product ON unmet_lines(product_id, id);
CREATE INDEX unmet_lines_region ON unmet_lines(region, id);
