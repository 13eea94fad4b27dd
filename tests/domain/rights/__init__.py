"""Rights, folded from the log."""
