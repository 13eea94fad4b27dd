"""The service while Postgres is away, ends its sessions, or serves very many associations."""
