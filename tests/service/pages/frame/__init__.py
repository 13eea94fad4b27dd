"""The frame of members' pages."""
