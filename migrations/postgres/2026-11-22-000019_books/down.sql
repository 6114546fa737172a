ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_balance;
DROP TABLE journal_postings;
DROP TABLE journal_entries;
DROP TABLE book_accounts;
DROP TABLE book_periods;
