DROP TABLE unmet_lines;
DROP TABLE proposals;
DROP TABLE need_lines;
DROP TABLE need_networks;
DROP TABLE needs;
