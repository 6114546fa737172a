CREATE TABLE products (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  name_folded text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  unit text NOT NULL CHECK (length(unit) BETWEEN 2 AND 3),
  quantity_decimals integer NOT NULL CHECK (quantity_decimals BETWEEN 0 AND 6),
  gtin text UNIQUE,
  created_by uuid NOT NULL REFERENCES organisations(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX products_category ON products(category, id);
CREATE TABLE vat_rates (
  product_id uuid NOT NULL REFERENCES products(id),
  country text NOT NULL CHECK (length(country) = 2),
  rate_micro bigint NOT NULL CHECK (rate_micro >= 0 AND rate_micro < 1000000),
  PRIMARY KEY (product_id, country)
);
CREATE TABLE market_quotes (
  id uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES products(id),
  source text NOT NULL CHECK (length(source) > 0),
  source_url text,
  unit_price_micro bigint NOT NULL CHECK (unit_price_micro > 0),
  currency text NOT NULL CHECK (length(currency) = 3),
  observed_on date NOT NULL,
  min_quantity_micro bigint NOT NULL CHECK (min_quantity_micro >= 0),
  entered_by uuid NOT NULL REFERENCES organisations(id),
  entered_by_person uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL
);
CREATE INDEX market_quotes_product ON market_quotes(product_id, observed_on);
CREATE INDEX market_quotes_entered_by ON market_quotes(entered_by, id);
CREATE TABLE network_minimums (
  network_id uuid NOT NULL REFERENCES organisations(id),
  product_id uuid NOT NULL REFERENCES products(id),
  currency text NOT NULL CHECK (length(currency) = 3),
  unit_price_micro bigint NOT NULL CHECK (unit_price_micro >= 0),
  version bigint NOT NULL,
  PRIMARY KEY (network_id, product_id, currency)
);
CREATE TABLE workplaces (
  cooperative_id uuid PRIMARY KEY REFERENCES organisations(id),
  currency text NOT NULL CHECK (length(currency) = 3),
  monthly_pay_minor bigint NOT NULL CHECK (monthly_pay_minor > 0),
  on_cost_rate_micro bigint NOT NULL CHECK (on_cost_rate_micro >= 0),
  weekly_hours_micro bigint NOT NULL CHECK (weekly_hours_micro > 0),
  assembly_hours_micro bigint NOT NULL CHECK (assembly_hours_micro >= 0),
  idle_weekly_hours_micro bigint NOT NULL CHECK (idle_weekly_hours_micro >= 0),
  weeks_of_work_left_micro bigint NOT NULL CHECK (weeks_of_work_left_micro >= 0),
  benchmark_id uuid NOT NULL REFERENCES benchmarks(id),
  open_to_buyers boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE TABLE listings (
  id uuid PRIMARY KEY,
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  product_id uuid NOT NULL REFERENCES products(id),
  sku text NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  title_folded text NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  status text NOT NULL CHECK (status IN ('draft','open','paused','closed')),
  lead_days integer NOT NULL CHECK (lead_days >= 0),
  minimum_micro bigint NOT NULL CHECK (minimum_micro >= 0),
  lot_micro bigint NOT NULL CHECK (lot_micro > 0),
  materials_micro bigint NOT NULL CHECK (materials_micro >= 0),
  overhead_micro bigint NOT NULL CHECK (overhead_micro >= 0),
  setup_cost_micro bigint NOT NULL CHECK (setup_cost_micro >= 0),
  standard_minutes_micro bigint NOT NULL CHECK (standard_minutes_micro >= 0),
  setup_minutes_micro bigint NOT NULL CHECK (setup_minutes_micro >= 0),
  line_efficiency_micro bigint NOT NULL CHECK (line_efficiency_micro > 0 AND line_efficiency_micro <= 1000000),
  offered_unit_price_micro bigint CHECK (offered_unit_price_micro > 0),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  UNIQUE (cooperative_id, sku)
);
CREATE INDEX listings_product ON listings(product_id, status, id);
CREATE INDEX listings_status ON listings(status, id);
CREATE INDEX listings_cooperative ON listings(cooperative_id, id);
CREATE TABLE listing_steps (
  listing_id uuid NOT NULL REFERENCES listings(id),
  min_quantity_micro bigint NOT NULL CHECK (min_quantity_micro > 0),
  PRIMARY KEY (listing_id, min_quantity_micro)
);
CREATE TABLE listing_freight (
  listing_id uuid NOT NULL REFERENCES listings(id),
  region text NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  unit_price_micro bigint NOT NULL CHECK (unit_price_micro >= 0),
  transit_days integer NOT NULL CHECK (transit_days >= 0),
  PRIMARY KEY (listing_id, region)
);
CREATE TABLE capacity_periods (
  id uuid PRIMARY KEY,
  listing_id uuid NOT NULL REFERENCES listings(id),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  capacity_micro bigint NOT NULL CHECK (capacity_micro >= 0),
  reserved_micro bigint NOT NULL CHECK (reserved_micro >= 0),
  version bigint NOT NULL,
  UNIQUE (listing_id, starts_on),
  CHECK (starts_on <= ends_on),
  CHECK (reserved_micro <= capacity_micro)
);
