"""Messages to families: written and sent by who runs a campaign, ended by who receives them."""
