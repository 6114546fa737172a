CREATE TABLE listing_variants (
  listing_id BLOB NOT NULL REFERENCES listings(id),
  axis TEXT NOT NULL CHECK (axis IN ('size','colour')),
  position INTEGER NOT NULL CHECK (position > 0),
  word TEXT NOT NULL CHECK (length(word) BETWEEN 1 AND 40),
  PRIMARY KEY (listing_id, axis, position),
  UNIQUE (listing_id, axis, word)
) STRICT;
CREATE TABLE purchase_order_variants (
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  line INTEGER NOT NULL CHECK (line > 0),
  size TEXT NOT NULL,
  colour TEXT NOT NULL,
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  PRIMARY KEY (purchase_order_id, line, size, colour)
) STRICT;
CREATE TABLE artworks (
  id BLOB NOT NULL PRIMARY KEY,
  purchase_order_id BLOB NOT NULL REFERENCES purchase_orders(id),
  line INTEGER NOT NULL CHECK (line > 0),
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  status TEXT NOT NULL CHECK (status IN ('sent','proofed','approved','rejected','withdrawn')),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf','image/png','image/jpeg','image/tiff')),
  size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
  sent_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  decided_by BLOB REFERENCES people(id),
  decided_at INTEGER,
  reason TEXT,
  version INTEGER NOT NULL,
  CHECK ((status IN ('approved','rejected')) = (decided_at IS NOT NULL)),
  CHECK ((status = 'rejected') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX artworks_purchase_order ON artworks(purchase_order_id, id);
CREATE TABLE proofs (
  id BLOB NOT NULL PRIMARY KEY,
  artwork_id BLOB NOT NULL REFERENCES artworks(id),
  number INTEGER NOT NULL CHECK (number > 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf','image/png','image/jpeg','image/tiff')),
  size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
  note TEXT NOT NULL,
  offered_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  UNIQUE (artwork_id, number)
) STRICT;
