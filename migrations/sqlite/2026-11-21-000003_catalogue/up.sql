CREATE TABLE products (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  name_folded TEXT NOT NULL,
  description TEXT NOT NULL,
  category TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (length(unit) BETWEEN 2 AND 3),
  quantity_decimals INTEGER NOT NULL CHECK (quantity_decimals BETWEEN 0 AND 6),
  gtin TEXT UNIQUE,
  created_by BLOB NOT NULL REFERENCES organisations(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX products_category ON products(category, id);
CREATE TABLE vat_rates (
  product_id BLOB NOT NULL REFERENCES products(id),
  country TEXT NOT NULL CHECK (length(country) = 2),
  rate_micro INTEGER NOT NULL CHECK (rate_micro >= 0 AND rate_micro < 1000000),
  PRIMARY KEY (product_id, country)
) STRICT;
CREATE TABLE market_quotes (
  id BLOB NOT NULL PRIMARY KEY,
  product_id BLOB NOT NULL REFERENCES products(id),
  source TEXT NOT NULL CHECK (length(source) > 0),
  source_url TEXT,
  unit_price_micro INTEGER NOT NULL CHECK (unit_price_micro > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  observed_on TEXT NOT NULL,
  min_quantity_micro INTEGER NOT NULL CHECK (min_quantity_micro >= 0),
  entered_by BLOB NOT NULL REFERENCES organisations(id),
  entered_by_person BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX market_quotes_product ON market_quotes(product_id, observed_on);
CREATE INDEX market_quotes_entered_by ON market_quotes(entered_by, id);
CREATE TABLE network_minimums (
  network_id BLOB NOT NULL REFERENCES organisations(id),
  product_id BLOB NOT NULL REFERENCES products(id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  unit_price_micro INTEGER NOT NULL CHECK (unit_price_micro >= 0),
  version INTEGER NOT NULL,
  PRIMARY KEY (network_id, product_id, currency)
) STRICT;
CREATE TABLE workplaces (
  cooperative_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations(id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  monthly_pay_minor INTEGER NOT NULL CHECK (monthly_pay_minor > 0),
  on_cost_rate_micro INTEGER NOT NULL CHECK (on_cost_rate_micro >= 0),
  weekly_hours_micro INTEGER NOT NULL CHECK (weekly_hours_micro > 0),
  assembly_hours_micro INTEGER NOT NULL CHECK (assembly_hours_micro >= 0),
  idle_weekly_hours_micro INTEGER NOT NULL CHECK (idle_weekly_hours_micro >= 0),
  weeks_of_work_left_micro INTEGER NOT NULL CHECK (weeks_of_work_left_micro >= 0),
  benchmark_id BLOB NOT NULL REFERENCES benchmarks(id),
  open_to_buyers INTEGER NOT NULL CHECK (open_to_buyers IN (0,1)),
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE TABLE listings (
  id BLOB NOT NULL PRIMARY KEY,
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  product_id BLOB NOT NULL REFERENCES products(id),
  sku TEXT NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  title_folded TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  status TEXT NOT NULL CHECK (status IN ('draft','open','paused','closed')),
  lead_days INTEGER NOT NULL CHECK (lead_days >= 0),
  minimum_micro INTEGER NOT NULL CHECK (minimum_micro >= 0),
  lot_micro INTEGER NOT NULL CHECK (lot_micro > 0),
  materials_micro INTEGER NOT NULL CHECK (materials_micro >= 0),
  overhead_micro INTEGER NOT NULL CHECK (overhead_micro >= 0),
  setup_cost_micro INTEGER NOT NULL CHECK (setup_cost_micro >= 0),
  standard_minutes_micro INTEGER NOT NULL CHECK (standard_minutes_micro >= 0),
  setup_minutes_micro INTEGER NOT NULL CHECK (setup_minutes_micro >= 0),
  line_efficiency_micro INTEGER NOT NULL CHECK (line_efficiency_micro > 0 AND line_efficiency_micro <= 1000000),
  offered_unit_price_micro INTEGER CHECK (offered_unit_price_micro > 0),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (cooperative_id, sku)
) STRICT;
CREATE INDEX listings_product ON listings(product_id, status, id);
CREATE INDEX listings_status ON listings(status, id);
CREATE INDEX listings_cooperative ON listings(cooperative_id, id);
CREATE TABLE listing_steps (
  listing_id BLOB NOT NULL REFERENCES listings(id),
  min_quantity_micro INTEGER NOT NULL CHECK (min_quantity_micro > 0),
  PRIMARY KEY (listing_id, min_quantity_micro)
) STRICT;
CREATE TABLE listing_freight (
  listing_id BLOB NOT NULL REFERENCES listings(id),
  region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  unit_price_micro INTEGER NOT NULL CHECK (unit_price_micro >= 0),
  transit_days INTEGER NOT NULL CHECK (transit_days >= 0),
  PRIMARY KEY (listing_id, region)
) STRICT;
CREATE TABLE capacity_periods (
  id BLOB NOT NULL PRIMARY KEY,
  listing_id BLOB NOT NULL REFERENCES listings(id),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  capacity_micro INTEGER NOT NULL CHECK (capacity_micro >= 0),
  reserved_micro INTEGER NOT NULL CHECK (reserved_micro >= 0),
  version INTEGER NOT NULL,
  UNIQUE (listing_id, starts_on),
  CHECK (starts_on <= ends_on),
  CHECK (reserved_micro <= capacity_micro)
) STRICT;
