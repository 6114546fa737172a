CREATE TABLE assembly_records (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  subject text NOT NULL CHECK (subject IN ('verification','rule_set','mandate','price_floor','premium_plan','approval_ladder','order','other')),
  title text NOT NULL,
  notice_on date NOT NULL,
  held_on date NOT NULL,
  eligible integer NOT NULL CHECK (eligible > 0),
  present integer NOT NULL CHECK (present >= 0 AND present <= eligible),
  votes_for integer NOT NULL CHECK (votes_for >= 0),
  votes_against integer NOT NULL CHECK (votes_against >= 0),
  abstentions integer NOT NULL CHECK (abstentions >= 0),
  text_hash text NOT NULL CHECK (length(text_hash) = 64),
  minutes_hash text CHECK (length(minutes_hash) = 64),
  order_id uuid,
  amount_minor bigint CHECK (amount_minor >= 0),
  currency text CHECK (length(currency) = 3),
  outcome text NOT NULL CHECK (outcome IN ('carried','not_carried','not_valid')),
  reasons text NOT NULL,
  recorded_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  CHECK (votes_for + votes_against + abstentions <= present),
  CHECK (notice_on <= held_on),
  CHECK ((subject = 'order') = (order_id IS NOT NULL AND amount_minor IS NOT NULL AND currency IS NOT NULL))
);
CREATE INDEX assembly_records_organisation ON assembly_records(organisation_id, id);
CREATE INDEX assembly_records_text ON assembly_records(organisation_id, text_hash);
CREATE TABLE network_members (
  network_id uuid NOT NULL REFERENCES organisations(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  admitted_at timestamptz NOT NULL,
  admitted_by uuid NOT NULL REFERENCES people(id),
  PRIMARY KEY (network_id, cooperative_id)
);
CREATE INDEX network_members_cooperative ON network_members(cooperative_id);
CREATE TABLE dossiers (
  id uuid PRIMARY KEY,
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  network_id uuid NOT NULL REFERENCES organisations(id),
  status text NOT NULL CHECK (status IN ('draft','submitted','signed','refused','withdrawn')),
  members integer NOT NULL CHECK (members >= 0),
  hired integer NOT NULL CHECK (hired >= 0),
  one_person_one_vote boolean NOT NULL,
  last_assembly_on date,
  origin text NOT NULL CHECK (origin IN ('recovered','retrenched','strike','other')),
  founded_on date NOT NULL,
  assembly_record_id uuid REFERENCES assembly_records(id),
  visited_on date,
  signed_by uuid REFERENCES people(id),
  signed_at timestamptz,
  standing text CHECK (standing IN ('verified','provisional')),
  expires_on date,
  refusal_reason text,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz,
  version bigint NOT NULL,
  CHECK ((status = 'signed') = (signed_at IS NOT NULL AND signed_by IS NOT NULL AND standing IS NOT NULL AND expires_on IS NOT NULL))
);
CREATE INDEX dossiers_cooperative ON dossiers(cooperative_id, id);
CREATE INDEX dossiers_record ON dossiers(assembly_record_id);
CREATE INDEX dossiers_network ON dossiers(network_id, id);
CREATE TABLE findings (
  id uuid PRIMARY KEY,
  dossier_id uuid NOT NULL REFERENCES dossiers(id),
  author_id uuid NOT NULL REFERENCES people(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  size text NOT NULL CHECK (size IN ('minor','major')),
  text text NOT NULL,
  amends_id uuid REFERENCES findings(id),
  closes boolean NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX findings_dossier ON findings(dossier_id, id);
CREATE TABLE recognitions (
  id uuid PRIMARY KEY,
  network_id uuid NOT NULL REFERENCES organisations(id),
  recognised_id uuid NOT NULL REFERENCES organisations(id),
  since date NOT NULL,
  ended_on date,
  recorded_by uuid NOT NULL REFERENCES people(id),
  version bigint NOT NULL,
  UNIQUE (network_id, recognised_id, since),
  CHECK (network_id <> recognised_id),
  CHECK (since <= ended_on)
);
CREATE INDEX recognitions_recognised ON recognitions(recognised_id);
CREATE TABLE rule_sets (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  parameters jsonb NOT NULL,
  text_hash text NOT NULL CHECK (length(text_hash) = 64),
  status text NOT NULL CHECK (status IN ('draft','published','withdrawn')),
  proposed_by uuid NOT NULL REFERENCES organisations(id),
  proposed_at timestamptz NOT NULL,
  starts_on date,
  published_by uuid REFERENCES organisations(id),
  published_at timestamptz,
  version bigint NOT NULL,
  CHECK ((status = 'published') = (published_at IS NOT NULL)),
  CHECK ((published_at IS NULL) = (starts_on IS NULL))
);
CREATE INDEX rule_sets_status ON rule_sets(status, id);
CREATE TABLE rule_set_adoptions (
  rule_set_id uuid NOT NULL REFERENCES rule_sets(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  side text NOT NULL CHECK (side IN ('buyers','suppliers')),
  assembly_record_id uuid NOT NULL REFERENCES assembly_records(id),
  adopted_by uuid NOT NULL REFERENCES people(id),
  adopted_at timestamptz NOT NULL,
  PRIMARY KEY (rule_set_id, organisation_id)
);
CREATE INDEX rule_set_adoptions_organisation ON rule_set_adoptions(organisation_id);
CREATE INDEX rule_set_adoptions_record ON rule_set_adoptions(assembly_record_id);
CREATE TABLE benchmarks (
  id uuid PRIMARY KEY,
  country text NOT NULL CHECK (length(country) = 2),
  region text,
  currency text NOT NULL CHECK (length(currency) = 3),
  living_wage_monthly_minor bigint NOT NULL CHECK (living_wage_monthly_minor > 0),
  standard_weekly_hours_micro bigint NOT NULL CHECK (standard_weekly_hours_micro > 0 AND standard_weekly_hours_micro <= 48000000),
  source text NOT NULL CHECK (length(source) > 0),
  source_url text,
  observed_on date NOT NULL,
  entered_by uuid NOT NULL REFERENCES organisations(id),
  created_at timestamptz NOT NULL
);
CREATE INDEX benchmarks_country ON benchmarks(country, observed_on);
CREATE INDEX benchmarks_list ON benchmarks(country, id);
CREATE TABLE exchange_rates (
  id uuid PRIMARY KEY,
  base text NOT NULL CHECK (length(base) = 3),
  counter text NOT NULL CHECK (length(counter) = 3),
  rate_pico bigint NOT NULL CHECK (rate_pico > 0),
  observed_on date NOT NULL,
  source text NOT NULL CHECK (length(source) > 0),
  entered_by uuid NOT NULL REFERENCES organisations(id),
  created_at timestamptz NOT NULL
);
CREATE INDEX exchange_rates_pair ON exchange_rates(counter, base, observed_on);
CREATE INDEX exchange_rates_counter ON exchange_rates(counter, id);
CREATE INDEX exchange_rates_base ON exchange_rates(base, id);
