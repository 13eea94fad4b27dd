"""Events: made once, kept 30 days, delivered to the endpoints until they are heard."""
