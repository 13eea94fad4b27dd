"""What no text or file from outside may cost."""
