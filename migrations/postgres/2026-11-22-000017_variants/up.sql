CREATE TABLE listing_variants (
  listing_id uuid NOT NULL REFERENCES listings(id),
  axis text NOT NULL CHECK (axis IN ('size','colour')),
  position integer NOT NULL CHECK (position > 0),
  word text NOT NULL CHECK (length(word) BETWEEN 1 AND 40),
  PRIMARY KEY (listing_id, axis, position),
  UNIQUE (listing_id, axis, word)
);
CREATE TABLE purchase_order_variants (
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  line integer NOT NULL CHECK (line > 0),
  size text NOT NULL,
  colour text NOT NULL,
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (purchase_order_id, line, size, colour)
);
CREATE TABLE artworks (
  id uuid PRIMARY KEY,
  purchase_order_id uuid NOT NULL REFERENCES purchase_orders(id),
  line integer NOT NULL CHECK (line > 0),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  status text NOT NULL CHECK (status IN ('sent','proofed','approved','rejected','withdrawn')),
  sha256 text NOT NULL CHECK (length(sha256) = 64),
  media_type text NOT NULL CHECK (media_type IN ('application/pdf','image/png','image/jpeg','image/tiff')),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  sent_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  decided_by uuid REFERENCES people(id),
  decided_at timestamptz,
  reason text,
  version bigint NOT NULL,
  CHECK ((status IN ('approved','rejected')) = (decided_at IS NOT NULL)),
  CHECK ((status = 'rejected') = (reason IS NOT NULL))
);
CREATE INDEX artworks_purchase_order ON artworks(purchase_order_id, id);
CREATE TABLE proofs (
  id uuid PRIMARY KEY,
  artwork_id uuid NOT NULL REFERENCES artworks(id),
  number integer NOT NULL CHECK (number > 0),
  sha256 text NOT NULL CHECK (length(sha256) = 64),
  media_type text NOT NULL CHECK (media_type IN ('application/pdf','image/png','image/jpeg','image/tiff')),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  note text NOT NULL,
  offered_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  UNIQUE (artwork_id, number)
);
