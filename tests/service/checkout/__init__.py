"""The service on line with workers and notifications, before the sandbox: as families and mandataires meet it."""
