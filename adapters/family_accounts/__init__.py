"""Accounts of families: who they are, sealed; how they sign in, hashed; what they paid, by id alone."""

from adapters.family_accounts.account import FamilyAccount, Profile
from adapters.family_accounts.accounts import FamilyAccounts, LinkedContribution
from adapters.family_accounts.attempts import Attempts, Limit
from adapters.family_accounts.errors import TooManyAttempts
from adapters.family_accounts.stores import Families
from adapters.family_accounts.tokens import LinkPurpose, OneTimeLinks, Sessions

__all__ = [
    "Attempts",
    "Families",
    "FamilyAccount",
    "FamilyAccounts",
    "Limit",
    "LinkPurpose",
    "LinkedContribution",
    "OneTimeLinks",
    "Profile",
    "Sessions",
    "TooManyAttempts",
]
