CREATE TABLE upstream_records (
  id uuid PRIMARY KEY,
  need_id uuid NOT NULL,
  position integer NOT NULL,
  cooperative_id uuid NOT NULL REFERENCES organisations(id),
  product_id uuid NOT NULL REFERENCES products(id),
  quantity_micro bigint NOT NULL CHECK (quantity_micro > 0),
  region text NOT NULL CHECK (length(region) BETWEEN 2 AND 10),
  outcome text NOT NULL CHECK (outcome IN ('bought_elsewhere','unmet')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  recorded_by uuid NOT NULL REFERENCES people(id),
  recorded_at timestamptz NOT NULL,
  FOREIGN KEY (need_id, position) REFERENCES need_lines(need_id, position)
);
CREATE INDEX upstream_records_need ON upstream_records(need_id, position);
CREATE INDEX upstream_records_product ON upstream_records(product_id, id);
CREATE INDEX upstream_records_cooperative ON upstream_records(cooperative_id, id);
