DROP TABLE pool_members;
DROP TABLE pools;
DROP TABLE fund_movements;
DROP TABLE funds;
