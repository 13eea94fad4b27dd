"""Papers of the coop's binder on paper: each is printed by the template of its version, whatever came since."""
