"""The service as it is deployed, attacked: its own processes behind a proxy, and visitors who mean harm."""
