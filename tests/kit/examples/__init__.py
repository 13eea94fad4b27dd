"""Examples of events that are many, by what they are about."""
