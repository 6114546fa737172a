CREATE TABLE framework_agreements (
  id uuid PRIMARY KEY,
  reference text NOT NULL,
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (length(currency) = 3),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  advance_rate_micro bigint NOT NULL CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days integer NOT NULL CHECK (payment_days >= 0),
  status text NOT NULL CHECK (status IN ('draft','offered','in_force','expired','ended')),
  revision bigint NOT NULL CHECK (revision > 0),
  committed_minor bigint NOT NULL CHECK (committed_minor >= 0),
  indexation jsonb,
  written_by uuid NOT NULL REFERENCES people(id),
  priced_on date NOT NULL,
  created_at timestamptz NOT NULL,
  offered_at timestamptz,
  in_force_at timestamptz,
  ended_reason text,
  version bigint NOT NULL,
  UNIQUE (buyer_id, reference),
  CHECK (starts_on <= ends_on),
  CHECK (status <> 'in_force' OR in_force_at IS NOT NULL),
  CHECK (status <> 'offered' OR offered_at IS NOT NULL)
);
CREATE INDEX framework_agreements_buyer ON framework_agreements(buyer_id, id);
CREATE INDEX framework_agreements_cooperative ON framework_agreements(cooperative_id, id);
CREATE INDEX framework_agreements_term ON framework_agreements(status, ends_on);
CREATE TABLE agreement_lines (
  agreement_id uuid NOT NULL REFERENCES framework_agreements(id),
  position integer NOT NULL CHECK (position > 0),
  listing_id uuid NOT NULL REFERENCES listings(id),
  product_id uuid NOT NULL REFERENCES products(id),
  committed_micro bigint NOT NULL CHECK (committed_micro > 0),
  allowance_micro bigint NOT NULL CHECK (allowance_micro BETWEEN 0 AND 1000000),
  called_off_micro bigint NOT NULL CHECK (called_off_micro >= 0),
  agreed_unit_price_micro bigint CHECK (agreed_unit_price_micro > 0),
  initial_unit_price_micro bigint NOT NULL CHECK (initial_unit_price_micro > 0),
  unit_price_micro bigint NOT NULL,
  market_unit_price_micro bigint NOT NULL CHECK (market_unit_price_micro > 0),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  rule_set_id uuid NOT NULL REFERENCES rule_sets(id),
  price_request jsonb NOT NULL,
  price_answer jsonb NOT NULL,
  PRIMARY KEY (agreement_id, position),
  UNIQUE (agreement_id, listing_id),
  CHECK (unit_price_micro > market_unit_price_micro),
  CHECK (called_off_micro <= committed_micro + committed_micro / 1000000 * allowance_micro + committed_micro % 1000000 * allowance_micro / 1000000)
);
CREATE TABLE agreement_signatures (
  id uuid PRIMARY KEY,
  agreement_id uuid NOT NULL REFERENCES framework_agreements(id),
  revision bigint NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  person_id uuid NOT NULL REFERENCES people(id),
  mandate_id uuid NOT NULL REFERENCES mandates(id),
  committed_minor bigint NOT NULL,
  signed_at timestamptz NOT NULL,
  UNIQUE (agreement_id, revision, person_id)
);
CREATE TABLE agreement_clauses (
  agreement_id uuid NOT NULL REFERENCES framework_agreements(id),
  position integer NOT NULL CHECK (position > 0),
  kind text NOT NULL CHECK (kind IN ('jobs_kept','weekly_hours','monthly_pay','cancellation','review')),
  wording text NOT NULL CHECK (length(wording) BETWEEN 1 AND 2000),
  target_micro bigint NOT NULL CHECK (target_micro >= 0),
  unit text NOT NULL CHECK (length(unit) BETWEEN 2 AND 3),
  stated_micro bigint,
  review_on date NOT NULL,
  reminded_at timestamptz,
  PRIMARY KEY (agreement_id, position)
);
CREATE INDEX agreement_clauses_review ON agreement_clauses(review_on) WHERE reminded_at IS NULL;
CREATE TABLE clause_checks (
  id uuid PRIMARY KEY,
  agreement_id uuid NOT NULL,
  position integer NOT NULL,
  measured_micro bigint NOT NULL CHECK (measured_micro >= 0),
  kept boolean NOT NULL,
  measured_on date NOT NULL,
  note text NOT NULL,
  recorded_for uuid NOT NULL REFERENCES organisations(id),
  recorded_by uuid NOT NULL REFERENCES people(id),
  recorded_at timestamptz NOT NULL,
  confirmed_for uuid REFERENCES organisations(id),
  confirmed_by uuid REFERENCES people(id),
  confirmed_at timestamptz,
  version bigint NOT NULL,
  FOREIGN KEY (agreement_id, position) REFERENCES agreement_clauses(agreement_id, position),
  CHECK (confirmed_for IS NULL OR confirmed_for <> recorded_for),
  CHECK ((confirmed_for IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX clause_checks_clause ON clause_checks(agreement_id, position, id);
CREATE TABLE price_reviews (
  id uuid PRIMARY KEY,
  agreement_id uuid NOT NULL REFERENCES framework_agreements(id),
  status text NOT NULL CHECK (status IN ('proposed','accepted','refused','withdrawn')),
  reason text NOT NULL CHECK (reason IN ('materials','energy','wages','transport','exchange_rate','taxes')),
  note text NOT NULL,
  as_of date NOT NULL,
  proposed_for uuid NOT NULL REFERENCES organisations(id),
  proposed_by uuid NOT NULL REFERENCES people(id),
  proposed_at timestamptz NOT NULL,
  decided_for uuid REFERENCES organisations(id),
  decided_by uuid REFERENCES people(id),
  decided_at timestamptz,
  version bigint NOT NULL,
  CHECK (status <> 'accepted' OR decided_for <> proposed_for)
);
CREATE INDEX price_reviews_agreement ON price_reviews(agreement_id, id);
CREATE UNIQUE INDEX price_reviews_proposed ON price_reviews(agreement_id) WHERE status = 'proposed';
CREATE TABLE price_review_lines (
  review_id uuid NOT NULL REFERENCES price_reviews(id),
  position integer NOT NULL CHECK (position > 0),
  before_micro bigint NOT NULL CHECK (before_micro > 0),
  after_micro bigint NOT NULL CHECK (after_micro > 0),
  clipped_by text CHECK (clipped_by IN ('step','total')),
  community_destination text NOT NULL CHECK (community_destination IN ('cooperative_plan','common_fund')),
  request jsonb NOT NULL,
  answer jsonb NOT NULL,
  PRIMARY KEY (review_id, position)
);
CREATE TABLE quotation_requests (
  id uuid PRIMARY KEY,
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  reference text NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  currency text NOT NULL CHECK (length(currency) = 3),
  need_id uuid REFERENCES needs(id),
  status text NOT NULL CHECK (status IN ('open','ordered','expired','withdrawn')),
  note text NOT NULL,
  answer_by timestamptz NOT NULL,
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL,
  UNIQUE (buyer_id, reference)
);
CREATE INDEX quotation_requests_buyer ON quotation_requests(buyer_id, id);
CREATE TABLE quotation_request_lines (
  request_id uuid NOT NULL REFERENCES quotation_requests(id),
  position integer NOT NULL CHECK (position > 0),
  need_position integer,
  product_id uuid NOT NULL REFERENCES products(id),
  specification text NOT NULL,
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  region text NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  due_on date NOT NULL,
  PRIMARY KEY (request_id, position)
);
CREATE TABLE quotations (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES quotation_requests(id),
  buyer_id uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  status text NOT NULL CHECK (status IN ('asked','quoted','countered','accepted','declined','expired','withdrawn')),
  valid_until date,
  advance_rate_micro bigint CHECK (advance_rate_micro BETWEEN 0 AND 1000000),
  payment_days integer CHECK (payment_days >= 0),
  lapses_at timestamptz NOT NULL,
  quoted_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (request_id, cooperative_id),
  CHECK (status NOT IN ('quoted','accepted') OR valid_until IS NOT NULL)
);
CREATE INDEX quotations_buyer ON quotations(buyer_id, id);
CREATE INDEX quotations_cooperative ON quotations(cooperative_id, id);
CREATE INDEX quotations_lapse ON quotations(status, lapses_at);
CREATE UNIQUE INDEX quotations_accepted ON quotations(request_id) WHERE status = 'accepted';
CREATE TABLE quotation_lines (
  quotation_id uuid NOT NULL REFERENCES quotations(id),
  position integer NOT NULL CHECK (position > 0),
  listing_id uuid NOT NULL REFERENCES listings(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  lot_micro bigint NOT NULL CHECK (lot_micro > 0),
  agreed_unit_price_micro bigint CHECK (agreed_unit_price_micro > 0),
  unit_price_micro bigint NOT NULL,
  market_unit_price_micro bigint NOT NULL CHECK (market_unit_price_micro > 0),
  unit_freight_micro bigint NOT NULL CHECK (unit_freight_micro >= 0),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  freight_minor bigint NOT NULL CHECK (freight_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  total_minor bigint NOT NULL,
  earliest_on date NOT NULL,
  rule_set_id uuid NOT NULL REFERENCES rule_sets(id),
  price_request jsonb NOT NULL,
  price_answer jsonb NOT NULL,
  PRIMARY KEY (quotation_id, position),
  CHECK (unit_price_micro > market_unit_price_micro),
  CHECK (total_minor = goods_minor + freight_minor + tax_minor)
);
CREATE TABLE quotation_messages (
  id uuid PRIMARY KEY,
  quotation_id uuid NOT NULL REFERENCES quotations(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  person_id uuid NOT NULL REFERENCES people(id),
  act text NOT NULL CHECK (act IN ('message','quote','counter','accept','decline','withdraw')),
  note text NOT NULL,
  terms jsonb,
  written_at timestamptz NOT NULL
);
CREATE INDEX quotation_messages_quotation ON quotation_messages(quotation_id, id);
