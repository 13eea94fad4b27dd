"""Read models of money that waits until somebody says whose it is."""
