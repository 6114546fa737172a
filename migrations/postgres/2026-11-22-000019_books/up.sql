CREATE TABLE book_periods (
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  period text NOT NULL CHECK (length(period) = 7),
  entries bigint NOT NULL CHECK (entries >= 0),
  locked_at timestamptz,
  locked_by uuid REFERENCES people(id),
  PRIMARY KEY (organisation_id, period),
  CHECK ((locked_at IS NULL) = (locked_by IS NULL))
);
CREATE TABLE book_accounts (
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  account text NOT NULL,
  code text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  PRIMARY KEY (organisation_id, account),
  UNIQUE (organisation_id, code)
);
CREATE TABLE journal_entries (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  period text NOT NULL CHECK (length(period) = 7),
  number bigint NOT NULL CHECK (number > 0),
  booked_on date NOT NULL,
  document_date date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('invoice','credit_note','work_done','advance','payment','refund','grant','fund_advance','fund_repayment','reversal')),
  document text NOT NULL,
  source_id uuid NOT NULL,
  purchase_order_id uuid REFERENCES purchase_orders(id),
  counterparty_id uuid NOT NULL REFERENCES organisations(id),
  counterparty text NOT NULL,
  reverses_id uuid UNIQUE REFERENCES journal_entries(id),
  currency text NOT NULL CHECK (length(currency) = 3),
  postings integer NOT NULL CHECK (postings >= 2),
  closing_minor bigint NOT NULL CHECK (closing_minor = 0),
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, period, number),
  UNIQUE (organisation_id, source_id, kind),
  UNIQUE (id, currency, postings),
  CHECK ((kind = 'reversal') = (reverses_id IS NOT NULL)),
  FOREIGN KEY (organisation_id, period) REFERENCES book_periods(organisation_id, period)
);
CREATE INDEX journal_entries_source ON journal_entries(source_id);
CREATE INDEX journal_entries_organisation ON journal_entries(organisation_id, id);
CREATE INDEX journal_entries_purchase_order ON journal_entries(purchase_order_id, organisation_id, id);
CREATE TABLE journal_postings (
  entry_id uuid NOT NULL,
  position integer NOT NULL CHECK (position > 0),
  previous integer,
  of_postings integer NOT NULL,
  currency text NOT NULL,
  account text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  before_minor bigint NOT NULL,
  after_minor bigint NOT NULL,
  PRIMARY KEY (entry_id, position),
  UNIQUE (entry_id, account),
  UNIQUE (entry_id, position, after_minor),
  CHECK (position <= of_postings),
  CHECK (after_minor = before_minor + amount_minor),
  CHECK ((position = 1) = (previous IS NULL)),
  CHECK (previous IS NULL OR previous = position - 1),
  CHECK (position > 1 OR before_minor = 0),
  FOREIGN KEY (entry_id, previous, before_minor) REFERENCES journal_postings(entry_id, position, after_minor),
  FOREIGN KEY (entry_id, currency, of_postings) REFERENCES journal_entries(id, currency, postings)
);
-- The last posting leaves nothing: an entry that does not balance cannot be committed.
ALTER TABLE journal_entries ADD CONSTRAINT journal_entries_balance
  FOREIGN KEY (id, postings, closing_minor) REFERENCES journal_postings(entry_id, position, after_minor)
  DEFERRABLE INITIALLY DEFERRED;
