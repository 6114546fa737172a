DROP TABLE assembly_decisions;
DROP TABLE approval_demands;
DROP TABLE budget_commitments;
DROP TABLE budget_lines;
DROP TABLE approval_ladders;
DROP TABLE affiliations;
