"""The pages about a coop itself: who holds its mandate, its bank accounts, its classes, what it may do."""
