"""The contacts of coops as the vault keeps them."""
