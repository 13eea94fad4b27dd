"""Routes of money that other platforms collect: it never enters the online account of the coop."""
