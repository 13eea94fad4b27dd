"""Words that an event may hold."""
