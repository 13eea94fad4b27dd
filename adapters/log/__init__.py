"""The log of one association: its event store, its hash chain, and the one bus by which commands reach it."""
