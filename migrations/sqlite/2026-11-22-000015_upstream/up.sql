CREATE TABLE upstream_records (
  id BLOB NOT NULL PRIMARY KEY,
  need_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  cooperative_id BLOB NOT NULL REFERENCES organisations(id),
  product_id BLOB NOT NULL REFERENCES products(id),
  quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
  region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  outcome TEXT NOT NULL CHECK (outcome IN ('bought_elsewhere','unmet')),
  reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  recorded_by BLOB NOT NULL REFERENCES people(id),
  recorded_at INTEGER NOT NULL,
  FOREIGN KEY (need_id, position) REFERENCES need_lines(need_id, position)
) STRICT;
CREATE INDEX upstream_records_need ON upstream_records(need_id, position);
CREATE INDEX upstream_records_product ON upstream_records(product_id, id);
CREATE INDEX upstream_records_cooperative ON upstream_records(cooperative_id, id);
