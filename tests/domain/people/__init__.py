"""What may be known of people."""
