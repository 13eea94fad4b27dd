"""What is expected to come in later."""
