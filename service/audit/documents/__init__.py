"""Making every document with totals, of the replay or of read models that are proven to be the replay."""
