"""The people vault: names and addresses, sealed one by one and erasable, apart from the log that never forgets.

A row that is asked for by its key is found by its key, and its association is checked, not searched by: statements say
``association IS NOT DISTINCT FROM`` there, which no index serves. A plan that was made before there were statistics,
and is kept for the life of a session, would otherwise find it among all rows of its association.
"""

from adapters.people_vault.baskets import BasketVault, KeptBasket
from adapters.people_vault.crypto.keys import Keyring, keyring_from_environment
from adapters.people_vault.errors import (
    LinkExpired,
    LinkInvalid,
    PersonExists,
    PersonMissing,
    VaultKeyMissing,
    VaultUnreadable,
)
from adapters.people_vault.family_tokens import FamilyGrant, FamilyReturn, FamilyTokens, TokenPurpose
from adapters.people_vault.names import NameReader, ReadNames
from adapters.people_vault.notes import NoteVault
from adapters.people_vault.payer_names import ArchivedPaper, PayerName, PayerNameArchive
from adapters.people_vault.person import Person, PersonKind, Purpose, retention_end
from adapters.people_vault.photos import PhotoVault
from adapters.people_vault.provisional import ProvisionalPeople
from adapters.people_vault.storage import NewPerson
from adapters.people_vault.vault import MOST_TOGETHER, Brought, PeopleVault

__all__ = [
    "MOST_TOGETHER",
    "ArchivedPaper",
    "BasketVault",
    "Brought",
    "FamilyGrant",
    "FamilyReturn",
    "FamilyTokens",
    "KeptBasket",
    "Keyring",
    "LinkExpired",
    "LinkInvalid",
    "NameReader",
    "NewPerson",
    "NoteVault",
    "PayerName",
    "PayerNameArchive",
    "PeopleVault",
    "Person",
    "PersonExists",
    "PersonKind",
    "PersonMissing",
    "PhotoVault",
    "ProvisionalPeople",
    "Purpose",
    "ReadNames",
    "TokenPurpose",
    "VaultKeyMissing",
    "VaultUnreadable",
    "keyring_from_environment",
    "retention_end",
]
