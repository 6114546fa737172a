DROP TABLE reservations;
DROP TABLE approvals;
DROP TABLE purchase_order_payers;
DROP TABLE order_shares;
DROP TABLE order_lines;
DROP TABLE purchase_orders;
DROP TABLE orders;
