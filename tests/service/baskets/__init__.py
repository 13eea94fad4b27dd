"""What families put into baskets, before it reaches the ledger."""
