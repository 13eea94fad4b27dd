"""What the API and the pages share of a coop's money: papers handed over, and the way to certification."""
