"""The five steps in which a campaign is set (S-50): each validates what was typed, and saves it before the next."""
