CREATE TABLE invoice_authorisations (
  invoice_id uuid PRIMARY KEY REFERENCES invoices(id),
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  code text NOT NULL CHECK (length(code) = 14),
  expires_on date NOT NULL,
  voucher_type integer NOT NULL CHECK (voucher_type BETWEEN 1 AND 999),
  point_of_sale integer NOT NULL CHECK (point_of_sale BETWEEN 1 AND 99998),
  number integer NOT NULL CHECK (number BETWEEN 1 AND 99999999),
  exchange_rate_micro bigint NOT NULL CHECK (exchange_rate_micro > 0),
  qr_link text NOT NULL,
  xml text NOT NULL,
  sha256 text NOT NULL CHECK (length(sha256) = 64),
  recorded_by uuid NOT NULL REFERENCES people(id),
  recorded_at timestamptz NOT NULL,
  UNIQUE (cooperative_id, code),
  UNIQUE (cooperative_id, voucher_type, point_of_sale, number)
);
