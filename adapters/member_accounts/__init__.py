"""People who work with the service: who they are, sealed; how they sign in, by digests and public keys alone."""

from adapters.member_accounts.former_addresses import FormerAddress, FormerAddresses
from adapters.member_accounts.links import LinkHolder, MemberLinkPurpose, MemberLinks
from adapters.member_accounts.members import Member, MemberProfile, Members
from adapters.member_accounts.passkeys import Passkey, Passkeys
from adapters.member_accounts.replacements import PasskeyReplacements
from adapters.member_accounts.sessions import LONGEST_SESSION, NOTED, MemberSession, MemberSessions, SessionOpenedBy
from adapters.member_accounts.stores import MemberStores

__all__ = [
    "LONGEST_SESSION",
    "NOTED",
    "FormerAddress",
    "FormerAddresses",
    "LinkHolder",
    "Member",
    "MemberLinkPurpose",
    "MemberLinks",
    "MemberProfile",
    "MemberSession",
    "MemberSessions",
    "MemberStores",
    "Members",
    "Passkey",
    "PasskeyReplacements",
    "Passkeys",
    "SessionOpenedBy",
]
