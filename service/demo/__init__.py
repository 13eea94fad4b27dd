"""The guide's own coop and campaign, played through real commands, written out and checked."""
