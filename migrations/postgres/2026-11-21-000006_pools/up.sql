CREATE TABLE funds (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  name text NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  balance_minor bigint NOT NULL CHECK (balance_minor >= 0),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX funds_organisation ON funds(organisation_id, id);
CREATE TABLE fund_movements (
  id uuid PRIMARY KEY,
  fund_id uuid NOT NULL REFERENCES funds(id),
  kind text NOT NULL CHECK (kind IN ('deposit','release','return')),
  status text NOT NULL CHECK (status IN ('proposed','signed','cancelled')),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  order_id uuid REFERENCES orders(id),
  payer_id uuid REFERENCES organisations(id),
  note text NOT NULL,
  proposed_by uuid REFERENCES people(id),
  proposed_at timestamptz NOT NULL,
  signed_by uuid REFERENCES people(id),
  signed_at timestamptz,
  version bigint NOT NULL,
  CHECK (signed_by IS NULL OR signed_by <> proposed_by),
  CHECK ((kind = 'deposit') = (order_id IS NULL)),
  CHECK ((kind = 'deposit') = (payer_id IS NOT NULL)),
  CHECK (proposed_by IS NOT NULL OR kind = 'return'),
  CHECK ((signed_by IS NULL) = (signed_at IS NULL)),
  CHECK (status <> 'signed' OR signed_by IS NOT NULL OR kind = 'return')
);
CREATE INDEX fund_movements_fund ON fund_movements(fund_id, id);
CREATE INDEX fund_movements_order ON fund_movements(order_id);
CREATE TABLE pools (
  id uuid PRIMARY KEY,
  opened_by uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  listing_id uuid NOT NULL REFERENCES listings(id),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  region text NOT NULL,
  due_on date NOT NULL,
  status text NOT NULL CHECK (status IN ('open','topping_up','deciding','bidding','closing','ordered','cancelled')),
  opens_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  extension_days integer NOT NULL CHECK (extension_days BETWEEN 1 AND 60),
  shortage_rule text NOT NULL CHECK (shortage_rule IN ('proportional','need_weighted','by_time')),
  mode text NOT NULL CHECK (mode IN ('ability','bidding')),
  bid_rounds integer CHECK (bid_rounds BETWEEN 1 AND 10),
  bid_round_days integer CHECK (bid_round_days BETWEEN 1 AND 30),
  bid_round integer CHECK (bid_round BETWEEN 1 AND bid_rounds),
  bid_target_minor bigint CHECK (bid_target_minor >= 0),
  phase_ends_at timestamptz,
  near_miss_at timestamptz,
  shortcoming text CHECK (shortcoming IN ('below_minimum','too_few_bidders','bids_insufficient','no_price')),
  fund_id uuid REFERENCES funds(id),
  order_id uuid REFERENCES orders(id),
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  CHECK (opens_at < closes_at),
  CHECK ((mode = 'bidding') = (bid_rounds IS NOT NULL)),
  CHECK ((mode = 'bidding') = (bid_round_days IS NOT NULL)),
  CHECK (mode = 'ability' OR fund_id IS NULL),
  CHECK (mode = 'bidding' OR bid_round IS NULL),
  CHECK ((bid_round IS NULL) = (bid_target_minor IS NULL)),
  CHECK (status <> 'bidding' OR bid_round IS NOT NULL),
  CHECK (status <> 'deciding' OR shortcoming IS NOT NULL),
  CHECK ((status IN ('closing','ordered','cancelled')) = (phase_ends_at IS NULL)),
  CHECK (status <> 'ordered' OR order_id IS NOT NULL)
);
CREATE INDEX pools_opener ON pools(opened_by, id);
CREATE INDEX pools_status ON pools(status, id);
CREATE INDEX pools_listing ON pools(listing_id, id);
CREATE INDEX pools_phase ON pools(phase_ends_at);
CREATE INDEX pools_near_miss ON pools(near_miss_at);
CREATE TABLE pool_members (
  pool_id uuid NOT NULL REFERENCES pools(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  tolerance_micro bigint NOT NULL CHECK (tolerance_micro >= 0),
  entered_at timestamptz NOT NULL,
  bought_micro bigint CHECK (bought_micro BETWEEN 0 AND quantity_micro + tolerance_micro),
  guide_minor bigint CHECK (guide_minor >= 0),
  ability_micro bigint NOT NULL CHECK (ability_micro >= 0),
  need_weight_micro bigint NOT NULL CHECK (need_weight_micro > 0),
  max_premium_rate_micro bigint CHECK (max_premium_rate_micro >= 0),
  accepted_at timestamptz,
  accepted_by uuid REFERENCES people(id),
  version bigint NOT NULL,
  PRIMARY KEY (pool_id, organisation_id)
);
CREATE INDEX pool_members_organisation ON pool_members(organisation_id, pool_id);
