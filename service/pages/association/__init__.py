"""The pages of an association's office: its coops, a new one, its rules and its charter."""
