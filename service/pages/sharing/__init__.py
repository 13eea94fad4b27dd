"""How a campaign reaches families: its link, its QR code, sheets to print, the frame for another site (S-121…S-127)."""
