"""How the log is read: batches of events become rows of read tables, the same way live, rebuilt and as-of."""
