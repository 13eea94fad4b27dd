"""E-mails of the outbox: planned from the log, written when they leave, by a transport that may be down a while."""
