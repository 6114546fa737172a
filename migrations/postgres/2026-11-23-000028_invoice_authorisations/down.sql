DROP TABLE invoice_authorisations;
