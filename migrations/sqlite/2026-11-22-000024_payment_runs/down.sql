DROP TABLE payment_run_approvals;
DROP TABLE payment_transfers;
DROP TABLE payment_runs;
