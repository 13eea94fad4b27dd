"""The parts of the command bus: what is asked (asks), who waits (tickets), what is remembered (states)."""
