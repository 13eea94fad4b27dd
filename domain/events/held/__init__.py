"""Events of money that waits until a person, or its return, says whose it is."""
