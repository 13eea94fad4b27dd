"""How events are booked, and what takes them back."""
