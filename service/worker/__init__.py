"""What runs beside the requests: things to do outside the ledger, notifications to look into, sweeps."""
