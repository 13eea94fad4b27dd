"""The queues of what workers have to do, on the real database."""
