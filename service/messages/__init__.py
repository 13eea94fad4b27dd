"""Messages of a coop to the families that were chosen: one letter for each, and an end to them for who wants none."""
