"""Who takes part: the participants of a campaign, the families of a coop, its classes. Names come from the vault."""
