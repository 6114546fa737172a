DROP TABLE premium_spendings;
DROP TABLE premium_plan_lines;
DROP TABLE premium_plans;
