CREATE TABLE invoice_authorisations (
  invoice_id BLOB NOT NULL PRIMARY KEY REFERENCES invoices(id),
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  code TEXT NOT NULL CHECK (length(code) = 14),
  expires_on TEXT NOT NULL,
  voucher_type INTEGER NOT NULL CHECK (voucher_type BETWEEN 1 AND 999),
  point_of_sale INTEGER NOT NULL CHECK (point_of_sale BETWEEN 1 AND 99998),
  number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99999999),
  exchange_rate_micro INTEGER NOT NULL CHECK (exchange_rate_micro > 0),
  qr_link TEXT NOT NULL,
  xml TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  recorded_by BLOB NOT NULL REFERENCES people(id),
  recorded_at INTEGER NOT NULL,
  UNIQUE (cooperative_id, code),
  UNIQUE (cooperative_id, voucher_type, point_of_sale, number)
) STRICT;
