"""The contacts that coops write down themselves, their groups and their own fields: sealed in the vault, erasable."""

from adapters.contact_vault.contacts import ContactVault
from adapters.contact_vault.errors import ContactExists, PersonFieldsChanged
from adapters.contact_vault.fields import PersonFieldVault
from adapters.contact_vault.groups import ContactGroup, ContactGroups
from adapters.contact_vault.profile import ClassOfYear, Contact, ContactProfile
from adapters.contact_vault.stores import ContactStores

__all__ = [
    "ClassOfYear",
    "Contact",
    "ContactExists",
    "ContactGroup",
    "ContactGroups",
    "ContactProfile",
    "ContactStores",
    "ContactVault",
    "PersonFieldVault",
    "PersonFieldsChanged",
]
