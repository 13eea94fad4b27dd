"""Accounts of families: who they are, sealed; how they sign in, hashed; what they paid, by id alone."""

from adapters.family_accounts.account import FamilyAccount, Profile
from adapters.family_accounts.accounts import FamilyAccounts, LinkedContribution
from adapters.family_accounts.stores import FamilyStores
from adapters.family_accounts.tokens import SESSION_LIFE, OneTimeLinkPurpose, OneTimeLinks, Sessions

__all__ = [
    "SESSION_LIFE",
    "FamilyAccount",
    "FamilyAccounts",
    "FamilyStores",
    "LinkedContribution",
    "OneTimeLinkPurpose",
    "OneTimeLinks",
    "Profile",
    "Sessions",
]
