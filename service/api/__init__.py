"""The JSON API under ``/api/v1``: thin routes that turn a request into a command or a report."""
