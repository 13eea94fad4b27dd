"""The school to try the desks at: families that paid at the demonstration's bank, contacts, and a file to import."""
