DROP TABLE pool_bids;
DROP TABLE pool_ballots;
DROP TABLE pool_votes;
