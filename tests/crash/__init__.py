"""The service is killed in the middle of its work: what it acknowledged is there, once."""
