"""What runs the read models: one batch, live, a rebuild with its proof, a replay as of a day."""
