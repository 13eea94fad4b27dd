"""Whatever webhooks come, in whatever order, however often and however late: the ledger is the same."""
