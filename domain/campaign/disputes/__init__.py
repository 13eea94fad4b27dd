"""A family contests a card payment at its bank: what the bank takes and gives back, and what people say of the rest."""
