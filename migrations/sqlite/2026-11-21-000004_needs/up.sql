CREATE TABLE needs (
  id BLOB NOT NULL PRIMARY KEY,
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  reference TEXT NOT NULL,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  status TEXT NOT NULL CHECK (status IN ('draft','published','proposed','ordered','unmet','closed')),
  max_premium_rate_micro INTEGER CHECK (max_premium_rate_micro >= 0),
  external_reference TEXT CHECK (length(external_reference) BETWEEN 1 AND 64),
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  first_until INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (buyer_id, reference),
  UNIQUE (buyer_id, external_reference)
) STRICT;
CREATE INDEX needs_buyer ON needs(buyer_id, id);
CREATE INDEX needs_status ON needs(status, id);
CREATE INDEX needs_first ON needs(first_until, id);
CREATE TABLE need_networks (
  need_id BLOB NOT NULL REFERENCES needs(id),
  network_id BLOB NOT NULL REFERENCES organisations(id),
  PRIMARY KEY (need_id, network_id)
) STRICT;
CREATE TABLE need_lines (
  need_id BLOB NOT NULL REFERENCES needs(id),
  position INTEGER NOT NULL CHECK (position > 0),
  product_id BLOB NOT NULL REFERENCES products(id),
  specification TEXT NOT NULL,
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  priority INTEGER NOT NULL CHECK (priority > 0),
  region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  due_on TEXT NOT NULL,
  max_unit_price_micro INTEGER CHECK (max_unit_price_micro > 0),
  budget_minor INTEGER CHECK (budget_minor >= 0),
  max_suppliers INTEGER CHECK (max_suppliers > 0),
  PRIMARY KEY (need_id, position)
) STRICT;
CREATE INDEX need_lines_product ON need_lines(product_id);
CREATE TABLE proposals (
  id BLOB NOT NULL PRIMARY KEY,
  need_id BLOB REFERENCES needs(id),
  pool_id BLOB,
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  status TEXT NOT NULL CHECK (status IN ('open','accepted','stale','superseded')),
  as_of TEXT NOT NULL,
  request TEXT NOT NULL,
  plan TEXT NOT NULL,
  context TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK ((need_id IS NULL) <> (pool_id IS NULL))
) STRICT;
CREATE INDEX proposals_need ON proposals(need_id, id);
CREATE INDEX proposals_buyer ON proposals(buyer_id, id);
CREATE TABLE unmet_lines (
  id BLOB NOT NULL UNIQUE,
  need_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  product_id BLOB NOT NULL REFERENCES products(id),
  region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  codes TEXT NOT NULL,
  since INTEGER NOT NULL,
  told_at INTEGER,
  told_of BLOB REFERENCES listings(id),
  PRIMARY KEY (need_id, position),
  FOREIGN KEY (need_id, position) REFERENCES need_lines(need_id, position)
) STRICT;
CREATE INDEX unmet_lines_product ON unmet_lines(product_id, id);
CREATE INDEX unmet_lines_region ON unmet_lines(region, id);
