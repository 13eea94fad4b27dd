"""The frame of a member's space: who visits, the menu beside every page, the network's words."""
