"""What a person may ask for: what is kept of them, to be forgotten; and what the accounts keep all the same."""
