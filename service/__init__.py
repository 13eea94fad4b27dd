"""What people and programs reach the ledger by: HTTP pages and API, command line, jobs. No package imports this one."""
