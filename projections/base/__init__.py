"""What every read model is made of: its base, how rows are written, which days are closed."""
