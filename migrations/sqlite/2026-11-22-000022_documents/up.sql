CREATE TABLE billing_details (
  organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations(id),
  street TEXT,
  city TEXT,
  postal_code TEXT,
  region TEXT,
  registration TEXT,
  gln TEXT,
  email TEXT,
  account_kind TEXT CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number TEXT,
  account_branch TEXT,
  premium_shown TEXT NOT NULL CHECK (premium_shown IN ('charge','price')),
  version INTEGER NOT NULL,
  CHECK ((account_kind IS NULL) = (account_number IS NULL)),
  CHECK (account_branch IS NULL OR account_kind = 'domestic')
) STRICT;
CREATE TABLE invoice_documents (
  invoice_id BLOB NOT NULL PRIMARY KEY REFERENCES invoices(id),
  profile TEXT NOT NULL,
  xml TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  created_at INTEGER NOT NULL
) STRICT;
