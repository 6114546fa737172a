CREATE TABLE assembly_records (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  subject TEXT NOT NULL CHECK (subject IN ('verification','rule_set','mandate','price_floor','premium_plan','approval_ladder','order','other')),
  title TEXT NOT NULL,
  notice_on TEXT NOT NULL,
  held_on TEXT NOT NULL,
  eligible INTEGER NOT NULL CHECK (eligible > 0),
  present INTEGER NOT NULL CHECK (present >= 0 AND present <= eligible),
  votes_for INTEGER NOT NULL CHECK (votes_for >= 0),
  votes_against INTEGER NOT NULL CHECK (votes_against >= 0),
  abstentions INTEGER NOT NULL CHECK (abstentions >= 0),
  text_hash TEXT NOT NULL CHECK (length(text_hash) = 64),
  minutes_hash TEXT CHECK (length(minutes_hash) = 64),
  order_id BLOB,
  amount_minor INTEGER CHECK (amount_minor >= 0),
  currency TEXT CHECK (length(currency) = 3),
  outcome TEXT NOT NULL CHECK (outcome IN ('carried','not_carried','not_valid')),
  reasons TEXT NOT NULL,
  recorded_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  CHECK (votes_for + votes_against + abstentions <= present),
  CHECK (notice_on <= held_on),
  CHECK ((subject = 'order') = (order_id IS NOT NULL AND amount_minor IS NOT NULL AND currency IS NOT NULL))
) STRICT;
CREATE INDEX assembly_records_organisation ON assembly_records(organisation_id, id);
CREATE INDEX assembly_records_text ON assembly_records(organisation_id, text_hash);
CREATE TABLE network_members (
  network_id BLOB NOT NULL REFERENCES organisations(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  admitted_at INTEGER NOT NULL,
  admitted_by BLOB NOT NULL REFERENCES people(id),
  PRIMARY KEY (network_id, cooperative_id)
) STRICT;
CREATE INDEX network_members_cooperative ON network_members(cooperative_id);
CREATE TABLE dossiers (
  id BLOB NOT NULL PRIMARY KEY,
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  network_id BLOB NOT NULL REFERENCES organisations(id),
  status TEXT NOT NULL CHECK (status IN ('draft','submitted','signed','refused','withdrawn')),
  members INTEGER NOT NULL CHECK (members >= 0),
  hired INTEGER NOT NULL CHECK (hired >= 0),
  one_person_one_vote INTEGER NOT NULL CHECK (one_person_one_vote IN (0,1)),
  last_assembly_on TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('recovered','retrenched','strike','other')),
  founded_on TEXT NOT NULL,
  assembly_record_id BLOB REFERENCES assembly_records(id),
  visited_on TEXT,
  signed_by BLOB REFERENCES people(id),
  signed_at INTEGER,
  standing TEXT CHECK (standing IN ('verified','provisional')),
  expires_on TEXT,
  refusal_reason TEXT,
  created_at INTEGER NOT NULL,
  submitted_at INTEGER,
  version INTEGER NOT NULL,
  CHECK ((status = 'signed') = (signed_at IS NOT NULL AND signed_by IS NOT NULL AND standing IS NOT NULL AND expires_on IS NOT NULL))
) STRICT;
CREATE INDEX dossiers_cooperative ON dossiers(cooperative_id, id);
CREATE INDEX dossiers_record ON dossiers(assembly_record_id);
CREATE INDEX dossiers_network ON dossiers(network_id, id);
CREATE TABLE findings (
  id BLOB NOT NULL PRIMARY KEY,
  dossier_id BLOB NOT NULL REFERENCES dossiers(id),
  author_id BLOB NOT NULL REFERENCES people(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  size TEXT NOT NULL CHECK (size IN ('minor','major')),
  text TEXT NOT NULL,
  amends_id BLOB REFERENCES findings(id),
  closes INTEGER NOT NULL CHECK (closes IN (0,1)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX findings_dossier ON findings(dossier_id, id);
CREATE TABLE recognitions (
  id BLOB NOT NULL PRIMARY KEY,
  network_id BLOB NOT NULL REFERENCES organisations(id),
  recognised_id BLOB NOT NULL REFERENCES organisations(id),
  since TEXT NOT NULL,
  ended_on TEXT,
  recorded_by BLOB NOT NULL REFERENCES people(id),
  version INTEGER NOT NULL,
  UNIQUE (network_id, recognised_id, since),
  CHECK (network_id <> recognised_id),
  CHECK (since <= ended_on)
) STRICT;
CREATE INDEX recognitions_recognised ON recognitions(recognised_id);
CREATE TABLE rule_sets (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  parameters TEXT NOT NULL,
  text_hash TEXT NOT NULL CHECK (length(text_hash) = 64),
  status TEXT NOT NULL CHECK (status IN ('draft','published','withdrawn')),
  proposed_by BLOB NOT NULL REFERENCES organisations(id),
  proposed_at INTEGER NOT NULL,
  starts_on TEXT,
  published_by BLOB REFERENCES organisations(id),
  published_at INTEGER,
  version INTEGER NOT NULL,
  CHECK ((status = 'published') = (published_at IS NOT NULL)),
  CHECK ((published_at IS NULL) = (starts_on IS NULL))
) STRICT;
CREATE INDEX rule_sets_status ON rule_sets(status, id);
CREATE TABLE rule_set_adoptions (
  rule_set_id BLOB NOT NULL REFERENCES rule_sets(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  side TEXT NOT NULL CHECK (side IN ('buyers','suppliers')),
  assembly_record_id BLOB NOT NULL REFERENCES assembly_records(id),
  adopted_by BLOB NOT NULL REFERENCES people(id),
  adopted_at INTEGER NOT NULL,
  PRIMARY KEY (rule_set_id, organisation_id)
) STRICT;
CREATE INDEX rule_set_adoptions_organisation ON rule_set_adoptions(organisation_id);
CREATE INDEX rule_set_adoptions_record ON rule_set_adoptions(assembly_record_id);
CREATE TABLE benchmarks (
  id BLOB NOT NULL PRIMARY KEY,
  country TEXT NOT NULL CHECK (length(country) = 2),
  region TEXT,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  living_wage_monthly_minor INTEGER NOT NULL CHECK (living_wage_monthly_minor > 0),
  standard_weekly_hours_micro INTEGER NOT NULL CHECK (standard_weekly_hours_micro > 0 AND standard_weekly_hours_micro <= 48000000),
  source TEXT NOT NULL CHECK (length(source) > 0),
  source_url TEXT,
  observed_on TEXT NOT NULL,
  entered_by BLOB NOT NULL REFERENCES organisations(id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX benchmarks_country ON benchmarks(country, observed_on);
CREATE INDEX benchmarks_list ON benchmarks(country, id);
CREATE TABLE exchange_rates (
  id BLOB NOT NULL PRIMARY KEY,
  base TEXT NOT NULL CHECK (length(base) = 3),
  counter TEXT NOT NULL CHECK (length(counter) = 3),
  rate_pico INTEGER NOT NULL CHECK (rate_pico > 0),
  observed_on TEXT NOT NULL,
  source TEXT NOT NULL CHECK (length(source) > 0),
  entered_by BLOB NOT NULL REFERENCES organisations(id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX exchange_rates_pair ON exchange_rates(counter, base, observed_on);
CREATE INDEX exchange_rates_counter ON exchange_rates(counter, id);
CREATE INDEX exchange_rates_base ON exchange_rates(base, id);
