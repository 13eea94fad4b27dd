"""The service as it is deployed, for a while: its processes, and what the system says they take."""
