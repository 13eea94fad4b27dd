"""What a running process holds open."""
