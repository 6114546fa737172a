CREATE TABLE book_periods (
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  period TEXT NOT NULL CHECK (length(period) = 7),
  entries INTEGER NOT NULL CHECK (entries >= 0),
  locked_at INTEGER,
  locked_by BLOB REFERENCES people(id),
  PRIMARY KEY (organisation_id, period),
  CHECK ((locked_at IS NULL) = (locked_by IS NULL))
) STRICT;
CREATE TABLE book_accounts (
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  account TEXT NOT NULL,
  code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  PRIMARY KEY (organisation_id, account),
  UNIQUE (organisation_id, code)
) STRICT;
CREATE TABLE journal_entries (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  period TEXT NOT NULL CHECK (length(period) = 7),
  number INTEGER NOT NULL CHECK (number > 0),
  booked_on TEXT NOT NULL,
  document_date TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('invoice','credit_note','work_done','advance','payment','refund','grant','fund_advance','fund_repayment','reversal')),
  document TEXT NOT NULL,
  source_id BLOB NOT NULL,
  purchase_order_id BLOB REFERENCES purchase_orders(id),
  counterparty_id BLOB NOT NULL REFERENCES organisations(id),
  counterparty TEXT NOT NULL,
  reverses_id BLOB UNIQUE REFERENCES journal_entries(id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  postings INTEGER NOT NULL CHECK (postings >= 2),
  closing_minor INTEGER NOT NULL CHECK (closing_minor = 0),
  created_at INTEGER NOT NULL,
  UNIQUE (organisation_id, period, number),
  UNIQUE (organisation_id, source_id, kind),
  UNIQUE (id, currency, postings),
  CHECK ((kind = 'reversal') = (reverses_id IS NOT NULL)),
  FOREIGN KEY (organisation_id, period) REFERENCES book_periods(organisation_id, period),
  -- The last posting leaves nothing: an entry that does not balance cannot be committed.
  FOREIGN KEY (id, postings, closing_minor) REFERENCES journal_postings(entry_id, position, after_minor)
    DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX journal_entries_source ON journal_entries(source_id);
CREATE INDEX journal_entries_organisation ON journal_entries(organisation_id, id);
CREATE INDEX journal_entries_purchase_order ON journal_entries(purchase_order_id, organisation_id, id);
CREATE TABLE journal_postings (
  entry_id BLOB NOT NULL,
  position INTEGER NOT NULL CHECK (position > 0),
  previous INTEGER,
  of_postings INTEGER NOT NULL,
  currency TEXT NOT NULL,
  account TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  before_minor INTEGER NOT NULL,
  after_minor INTEGER NOT NULL,
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
) STRICT;
