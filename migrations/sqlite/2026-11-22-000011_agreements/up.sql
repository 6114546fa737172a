CREATE TABLE framework_agreements (
  id BLOB NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  advance_rate_micro INTEGER NOT NULL CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days INTEGER NOT NULL CHECK (payment_days >= 0),
  status TEXT NOT NULL CHECK (status IN ('draft','offered','in_force','expired','ended')),
  revision INTEGER NOT NULL CHECK (revision > 0),
  committed_minor INTEGER NOT NULL CHECK (committed_minor >= 0),
  indexation TEXT,
  written_by BLOB NOT NULL REFERENCES people(id),
  priced_on TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  offered_at INTEGER,
  in_force_at INTEGER,
  ended_reason TEXT,
  version INTEGER NOT NULL,
  UNIQUE (buyer_id, reference),
  CHECK (starts_on <= ends_on),
  CHECK (status <> 'in_force' OR in_force_at IS NOT NULL),
  CHECK (status <> 'offered' OR offered_at IS NOT NULL)
) STRICT;
CREATE INDEX framework_agreements_buyer ON framework_agreements(buyer_id, id);
CREATE INDEX framework_agreements_cooperative ON framework_agreements(cooperative_id, id);
CREATE INDEX framework_agreements_term ON framework_agreements(status, ends_on);
CREATE TABLE agreement_lines (
  agreement_id BLOB NOT NULL REFERENCES framework_agreements(id),
  position INTEGER NOT NULL CHECK (position > 0),
  listing_id BLOB NOT NULL REFERENCES listings(id),
  product_id BLOB NOT NULL REFERENCES products(id),
  committed_micro INTEGER NOT NULL CHECK (committed_micro > 0),
  allowance_micro INTEGER NOT NULL CHECK (allowance_micro BETWEEN 0 AND 1000000),
  called_off_micro INTEGER NOT NULL CHECK (called_off_micro >= 0),
  agreed_unit_price_micro INTEGER CHECK (agreed_unit_price_micro > 0),
  initial_unit_price_micro INTEGER NOT NULL CHECK (initial_unit_price_micro > 0),
  unit_price_micro INTEGER NOT NULL,
  market_unit_price_micro INTEGER NOT NULL CHECK (market_unit_price_micro > 0),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  rule_set_id BLOB NOT NULL REFERENCES rule_sets(id),
  price_request TEXT NOT NULL,
  price_answer TEXT NOT NULL,
  PRIMARY KEY (agreement_id, position),
  UNIQUE (agreement_id, listing_id),
  CHECK (unit_price_micro > market_unit_price_micro),
  CHECK (called_off_micro <= committed_micro + committed_micro / 1000000 * allowance_micro + committed_micro % 1000000 * allowance_micro / 1000000)
) STRICT;
CREATE TABLE agreement_signatures (
  id BLOB NOT NULL PRIMARY KEY,
  agreement_id BLOB NOT NULL REFERENCES framework_agreements(id),
  revision INTEGER NOT NULL,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  person_id BLOB NOT NULL REFERENCES people(id),
  mandate_id BLOB NOT NULL REFERENCES mandates(id),
  committed_minor INTEGER NOT NULL,
  signed_at INTEGER NOT NULL,
  UNIQUE (agreement_id, revision, person_id)
) STRICT;
CREATE TABLE agreement_clauses (
  agreement_id BLOB NOT NULL REFERENCES framework_agreements(id),
  position INTEGER NOT NULL CHECK (position > 0),
  kind TEXT NOT NULL CHECK (kind IN ('jobs_kept','weekly_hours','monthly_pay','cancellation','review')),
  wording TEXT NOT NULL CHECK (length(wording) BETWEEN 1 AND 2000),
  target_micro INTEGER NOT NULL CHECK (target_micro >= 0),
  unit TEXT NOT NULL CHECK (length(unit) BETWEEN 2 AND 3),
  stated_micro INTEGER,
  review_on TEXT NOT NULL,
  reminded_at INTEGER,
  PRIMARY KEY (agreement_id, position)
) STRICT;
CREATE INDEX agreement_clauses_review ON agreement_clauses(review_on) WHERE reminded_at IS NULL;
CREATE TABLE clause_checks (
  id BLOB NOT NULL PRIMARY KEY,
  agreement_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  measured_micro INTEGER NOT NULL CHECK (measured_micro >= 0),
  kept INTEGER NOT NULL CHECK (kept IN (0,1)),
  measured_on TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_for BLOB NOT NULL REFERENCES organisations(id),
  recorded_by BLOB NOT NULL REFERENCES people(id),
  recorded_at INTEGER NOT NULL,
  confirmed_for BLOB REFERENCES organisations(id),
  confirmed_by BLOB REFERENCES people(id),
  confirmed_at INTEGER,
  version INTEGER NOT NULL,
  FOREIGN KEY (agreement_id, position) REFERENCES agreement_clauses(agreement_id, position),
  CHECK (confirmed_for IS NULL OR confirmed_for <> recorded_for),
  CHECK ((confirmed_for IS NULL) = (confirmed_at IS NULL))
) STRICT;
CREATE INDEX clause_checks_clause ON clause_checks(agreement_id, position, id);
CREATE TABLE price_reviews (
  id BLOB NOT NULL PRIMARY KEY,
  agreement_id BLOB NOT NULL REFERENCES framework_agreements(id),
  status TEXT NOT NULL CHECK (status IN ('proposed','accepted','refused','withdrawn')),
  reason TEXT NOT NULL CHECK (reason IN ('materials','energy','wages','transport','exchange_rate','taxes')),
  note TEXT NOT NULL,
  as_of TEXT NOT NULL,
  proposed_for BLOB NOT NULL REFERENCES organisations(id),
  proposed_by BLOB NOT NULL REFERENCES people(id),
  proposed_at INTEGER NOT NULL,
  decided_for BLOB REFERENCES organisations(id),
  decided_by BLOB REFERENCES people(id),
  decided_at INTEGER,
  version INTEGER NOT NULL,
  CHECK (status <> 'accepted' OR decided_for <> proposed_for)
) STRICT;
CREATE INDEX price_reviews_agreement ON price_reviews(agreement_id, id);
CREATE UNIQUE INDEX price_reviews_proposed ON price_reviews(agreement_id) WHERE status = 'proposed';
CREATE TABLE price_review_lines (
  review_id BLOB NOT NULL REFERENCES price_reviews(id),
  position INTEGER NOT NULL CHECK (position > 0),
  before_micro INTEGER NOT NULL CHECK (before_micro > 0),
  after_micro INTEGER NOT NULL CHECK (after_micro > 0),
  clipped_by TEXT CHECK (clipped_by IN ('step','total')),
  community_destination TEXT NOT NULL CHECK (community_destination IN ('cooperative_plan','common_fund')),
  request TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (review_id, position)
) STRICT;
CREATE TABLE quotation_requests (
  id BLOB NOT NULL PRIMARY KEY,
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  reference TEXT NOT NULL,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  need_id BLOB REFERENCES needs(id),
  status TEXT NOT NULL CHECK (status IN ('open','ordered','expired','withdrawn')),
  note TEXT NOT NULL,
  answer_by INTEGER NOT NULL,
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (buyer_id, reference)
) STRICT;
CREATE INDEX quotation_requests_buyer ON quotation_requests(buyer_id, id);
CREATE TABLE quotation_request_lines (
  request_id BLOB NOT NULL REFERENCES quotation_requests(id),
  position INTEGER NOT NULL CHECK (position > 0),
  need_position INTEGER,
  product_id BLOB NOT NULL REFERENCES products(id),
  specification TEXT NOT NULL,
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  due_on TEXT NOT NULL,
  PRIMARY KEY (request_id, position)
) STRICT;
CREATE TABLE quotations (
  id BLOB NOT NULL PRIMARY KEY,
  request_id BLOB NOT NULL REFERENCES quotation_requests(id),
  buyer_id BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  status TEXT NOT NULL CHECK (status IN ('asked','quoted','countered','accepted','declined','expired','withdrawn')),
  valid_until TEXT,
  advance_rate_micro INTEGER CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days INTEGER CHECK (payment_days >= 0),
  lapses_at INTEGER NOT NULL,
  quoted_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (request_id, cooperative_id),
  CHECK (status NOT IN ('quoted','accepted') OR valid_until IS NOT NULL)
) STRICT;
CREATE INDEX quotations_buyer ON quotations(buyer_id, id);
CREATE INDEX quotations_cooperative ON quotations(cooperative_id, id);
CREATE INDEX quotations_lapse ON quotations(status, lapses_at);
CREATE UNIQUE INDEX quotations_accepted ON quotations(request_id) WHERE status = 'accepted';
CREATE TABLE quotation_lines (
  quotation_id BLOB NOT NULL REFERENCES quotations(id),
  position INTEGER NOT NULL CHECK (position > 0),
  listing_id BLOB NOT NULL REFERENCES listings(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  lot_micro INTEGER NOT NULL CHECK (lot_micro > 0),
  agreed_unit_price_micro INTEGER CHECK (agreed_unit_price_micro > 0),
  unit_price_micro INTEGER NOT NULL,
  market_unit_price_micro INTEGER NOT NULL CHECK (market_unit_price_micro > 0),
  unit_freight_micro INTEGER NOT NULL CHECK (unit_freight_micro >= 0),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  freight_minor INTEGER NOT NULL CHECK (freight_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL,
  earliest_on TEXT NOT NULL,
  rule_set_id BLOB NOT NULL REFERENCES rule_sets(id),
  price_request TEXT NOT NULL,
  price_answer TEXT NOT NULL,
  PRIMARY KEY (quotation_id, position),
  CHECK (unit_price_micro > market_unit_price_micro),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor)
) STRICT;
CREATE TABLE quotation_messages (
  id BLOB NOT NULL PRIMARY KEY,
  quotation_id BLOB NOT NULL REFERENCES quotations(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  person_id BLOB NOT NULL REFERENCES people(id),
  act TEXT NOT NULL CHECK (act IN ('message','quote','counter','accept','decline','withdraw')),
  note TEXT NOT NULL,
  terms TEXT,
  written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX quotation_messages_quotation ON quotation_messages(quotation_id, id);
