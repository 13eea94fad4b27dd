"""« Virement vers ma banque »: asking for it, following it, explaining it; and what belongs to the online account."""
