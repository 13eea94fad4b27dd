"""What people write down of a campaign's money: cash, and what the coop itself pays a family."""
