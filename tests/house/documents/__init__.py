"""The documents about security, held to the code."""
