"""The parts of the command bus: submissions, pending replies, the queue, the cache of states."""
