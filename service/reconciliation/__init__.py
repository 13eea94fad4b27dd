"""The daily reconciliation run: every account at the provider read and compared with the ledgers, to the cent."""
