"""Reports about the participants that were chosen of a list."""
