"""The papers of the coop's binder: what each must say, folded from the log, and the command that issues them."""
