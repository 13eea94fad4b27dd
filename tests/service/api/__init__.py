"""The API over HTTP: its contract, its roles, its errors."""
