"""Routes of money that people move themselves and write down: cash, the bank's lines, what a coop pays a family."""
