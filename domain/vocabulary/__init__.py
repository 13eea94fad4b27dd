"""Words that an event may hold: codes of reasons, and numbers of documents; no names."""
