"""Events of money that people move themselves, and write down: cash, and what the coop pays a family itself."""
