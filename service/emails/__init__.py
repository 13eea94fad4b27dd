"""Letters leave from the outbox: planned from the log, written when they leave, by a post that may be away a while."""
