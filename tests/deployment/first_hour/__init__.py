"""A newcomer's first hour: what README and docs tell to type and to open, typed and opened in a fresh clone."""
