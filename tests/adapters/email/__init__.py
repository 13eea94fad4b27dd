"""Transports of email, against a real SMTP server with its certificate, its refusals and its losses."""
