DROP TABLE invoice_tolerances;
DROP TABLE received_invoice_lines;
DROP TABLE received_invoices;
