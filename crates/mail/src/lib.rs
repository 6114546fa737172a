//! Messages from templates in es, en and pt, sent by SMTP or into a folder.
