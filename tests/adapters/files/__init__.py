"""Files that people give us, strictly read and safely kept."""
