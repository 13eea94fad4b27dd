"""Money of families' payments that goes back to their cards, by whomever it was given back, and what comes back."""
