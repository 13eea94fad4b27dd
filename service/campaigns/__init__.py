"""What the API and the pages of a campaign's settings share: its files, its copies, its publication."""
