ALTER TABLE order_lines DROP COLUMN pooled_quantity_micro;
DROP TABLE round_needs;
DROP TABLE rounds;
DROP TABLE jobs;
