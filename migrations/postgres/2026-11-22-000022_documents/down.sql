DROP TABLE invoice_documents;
DROP TABLE billing_details;
