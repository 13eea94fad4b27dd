"""What runs beside the requests: things to do outside the ledger, webhook events to look into, sweeps."""
