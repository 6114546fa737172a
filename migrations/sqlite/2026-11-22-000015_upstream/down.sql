DROP TABLE upstream_records;
