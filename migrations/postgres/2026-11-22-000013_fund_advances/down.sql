DROP TABLE fund_repayments;
DROP TABLE fund_advance_approvals;
DROP TABLE fund_advance_backers;
DROP TABLE fund_advances;
