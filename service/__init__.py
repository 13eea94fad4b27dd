"""The doors of the ledger: HTTP pages and API, command line, jobs. Nobody imports this package."""
