CREATE TABLE billing_details (
  organisation_id uuid PRIMARY KEY REFERENCES organisations(id),
  street text,
  city text,
  postal_code text,
  region text,
  registration text,
  gln text,
  email text,
  account_kind text CHECK (account_kind IN ('iban','cbu','domestic')),
  account_number text,
  account_branch text,
  premium_shown text NOT NULL CHECK (premium_shown IN ('charge','price')),
  version bigint NOT NULL,
  CHECK ((account_kind IS NULL) = (account_number IS NULL)),
  CHECK (account_branch IS NULL OR account_kind = 'domestic')
);
CREATE TABLE invoice_documents (
  invoice_id uuid PRIMARY KEY REFERENCES invoices(id),
  profile text NOT NULL,
  xml text NOT NULL,
  sha256 text NOT NULL CHECK (length(sha256) = 64),
  created_at timestamptz NOT NULL
);
