"""Words that an event may hold: codes of reasons, numbers of documents, texts as they are seen; no names."""
