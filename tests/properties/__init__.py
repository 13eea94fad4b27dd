"""Properties that hold for every history: an independent model predicts what the ledger accepts and what it holds."""
