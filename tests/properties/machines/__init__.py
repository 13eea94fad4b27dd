"""The machines that play random histories, what they are compared with, and what they must reach."""
