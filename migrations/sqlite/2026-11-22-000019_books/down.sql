DROP TABLE journal_postings;
DROP TABLE journal_entries;
DROP TABLE book_accounts;
DROP TABLE book_periods;
