"""Words that an event may hold: codes of reasons, and numbers of documents and people; never a text about anybody."""
