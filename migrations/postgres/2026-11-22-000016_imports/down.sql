DROP TABLE baseline_purchases;
DROP TABLE imports;
