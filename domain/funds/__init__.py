"""What a coop may spend online, which movements make it up, and what other platforms hold for it."""

from domain.funds.balance import CoopFunds, funds_of
from domain.funds.external import ExternalFunds, external_change

__all__ = ["CoopFunds", "ExternalFunds", "external_change", "funds_of"]
