"""How events become lines of the journal: what the lines are made of, and the bookings of what people write down."""
