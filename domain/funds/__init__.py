"""What a coop may spend online, and which movements make it up."""

from domain.funds.balance import CoopFunds, funds_of

__all__ = ["CoopFunds", "funds_of"]
