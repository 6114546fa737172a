CREATE TABLE funds (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  name TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX funds_organisation ON funds(organisation_id, id);
CREATE TABLE fund_movements (
  id BLOB NOT NULL PRIMARY KEY,
  fund_id BLOB NOT NULL REFERENCES funds(id),
  kind TEXT NOT NULL CHECK (kind IN ('deposit','release','return')),
  status TEXT NOT NULL CHECK (status IN ('proposed','signed','cancelled')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  order_id BLOB REFERENCES orders(id),
  payer_id BLOB REFERENCES organisations(id),
  note TEXT NOT NULL,
  proposed_by BLOB REFERENCES people(id),
  proposed_at INTEGER NOT NULL,
  signed_by BLOB REFERENCES people(id),
  signed_at INTEGER,
  version INTEGER NOT NULL,
  CHECK (signed_by IS NULL OR signed_by <> proposed_by),
  CHECK ((kind = 'deposit') = (order_id IS NULL)),
  CHECK ((kind = 'deposit') = (payer_id IS NOT NULL)),
  CHECK (proposed_by IS NOT NULL OR kind = 'return'),
  CHECK ((signed_by IS NULL) = (signed_at IS NULL)),
  CHECK (status <> 'signed' OR signed_by IS NOT NULL OR kind = 'return')
) STRICT;
CREATE INDEX fund_movements_fund ON fund_movements(fund_id, id);
CREATE INDEX fund_movements_order ON fund_movements(order_id);
CREATE TABLE pools (
  id BLOB NOT NULL PRIMARY KEY,
  opened_by BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  listing_id BLOB NOT NULL REFERENCES listings(id),
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  region TEXT NOT NULL,
  due_on TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open','topping_up','deciding','bidding','closing','ordered','cancelled')),
  opens_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  extension_days INTEGER NOT NULL CHECK (extension_days BETWEEN 1 AND 60),
  shortage_rule TEXT NOT NULL CHECK (shortage_rule IN ('proportional','need_weighted','by_time')),
  mode TEXT NOT NULL CHECK (mode IN ('ability','bidding')),
  bid_rounds INTEGER CHECK (bid_rounds BETWEEN 1 AND 10),
  bid_round_days INTEGER CHECK (bid_round_days BETWEEN 1 AND 30),
  bid_round INTEGER CHECK (bid_round BETWEEN 1 AND bid_rounds),
  bid_target_minor INTEGER CHECK (bid_target_minor >= 0),
  phase_ends_at INTEGER,
  near_miss_at INTEGER,
  shortcoming TEXT CHECK (shortcoming IN ('below_minimum','too_few_bidders','bids_insufficient','no_price')),
  fund_id BLOB REFERENCES funds(id),
  order_id BLOB REFERENCES orders(id),
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
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
) STRICT;
CREATE INDEX pools_opener ON pools(opened_by, id);
CREATE INDEX pools_status ON pools(status, id);
CREATE INDEX pools_listing ON pools(listing_id, id);
CREATE INDEX pools_phase ON pools(phase_ends_at);
CREATE INDEX pools_near_miss ON pools(near_miss_at);
CREATE TABLE pool_members (
  pool_id BLOB NOT NULL REFERENCES pools(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  tolerance_micro INTEGER NOT NULL CHECK (tolerance_micro >= 0),
  entered_at INTEGER NOT NULL,
  bought_micro INTEGER CHECK (bought_micro BETWEEN 0 AND quantity_micro + tolerance_micro),
  guide_minor INTEGER CHECK (guide_minor >= 0),
  ability_micro INTEGER NOT NULL CHECK (ability_micro >= 0),
  need_weight_micro INTEGER NOT NULL CHECK (need_weight_micro > 0),
  max_premium_rate_micro INTEGER CHECK (max_premium_rate_micro >= 0),
  accepted_at INTEGER,
  accepted_by BLOB REFERENCES people(id),
  version INTEGER NOT NULL,
  PRIMARY KEY (pool_id, organisation_id)
) STRICT;
CREATE INDEX pool_members_organisation ON pool_members(organisation_id, pool_id);
