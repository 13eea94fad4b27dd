"""What the demonstration shows: its charter and its picture."""
