"""What is kept, why and how long: one table of rules, what erases by it, and what a person may ask for."""
