"""How read models follow the log, are rebuilt and replayed."""
