"""What reports are made of: tables, the proof of where they come from, words, and the history of a contribution."""
