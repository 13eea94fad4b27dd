"""What is kept of whom, why, how long and what erases it: the one table, which ``docs/retention.md`` is printed from.

Every column of the schemas ``vault``, ``work``, ``files`` and ``trail`` stands in at least one rule. The log and the
read models hold ids, amounts and codes alone; the legal ground of each kind is the association's to state in its
register of processing.
"""

from __future__ import annotations

from typing import Final

from domain.association.ties import TIE_LIFE
from service.retention import members, people, traces
from service.retention.rule import RetentionRule

_PERSON: Final = {
    "vault.keys": """person_id association kek_id wrapped purpose expires_on kind provisional_since provisional_until
        attempt""",
    "vault.people": "person_id coop_id nonce sealed salt updated_at",
}
_PAYER_NAME: Final = {
    "vault.payer_names": """contribution_id association coop_id campaign_id payer_id kek_id wrapped nonce sealed
        expires_on""",
}
_PHOTO: Final = {"vault.photos": "person_id kek_id wrapped nonce sealed"}
_BASKET: Final = {
    "vault.baskets": "token_sha256 association kek_id wrapped nonce sealed contribution_id people expires_at",
}
_IMPORT_FILE: Final = {
    "vault.import_files": "file_id association campaign_id given_by kek_id wrapped nonce sealed expires_at",
}
_ACCOUNT: Final = {
    "vault.accounts": """account_id association email_digest google_digest password kek_id wrapped nonce sealed
        created_at confirmed_at seen_at""",
    "vault.account_contributions": "account_id campaign_id contribution_id placed_at",
}
_SIGN_IN: Final = {
    "vault.sessions": "token_sha256 account_id expires_at ends_at",
    "vault.links": "token_sha256 account_id purpose expires_at",
    "vault.rate_limits": "bucket full_at",
}
_MEMBER: Final = {
    "vault.members": "member_id association email_digest kek_id wrapped nonce sealed invited_at",
    "vault.passkeys": "credential_id member_id public_key sign_count attachment added_at used_at",
}
_MEMBER_SIGN_IN: Final = {
    "vault.member_sessions": "token_sha256 member_id opened_by opened_at seen_at passkey_at ended_at",
    "vault.member_links": "token_sha256 member_id purpose browser_sha256 expires_at",
    "vault.answered_challenges": "challenge_sha256 expires_at",
    "vault.passkey_replacements": "member_id asked_by expires_at",
}
_FORMER_ADDRESS: Final = {
    "vault.member_former_addresses": """address_id member_id email_digest kek_id wrapped nonce sealed
        expires_at""",
}
_NOTE: Final = {"vault.notes": "note_id association coop_id kek_id wrapped nonce sealed expires_on"}
_CONTACT: Final = {
    "vault.contacts": "contact_id association coop_id email_digest kek_id wrapped nonce sealed expires_on",
    "vault.contact_classes": "contact_id school_year class_code",
    "vault.contact_groups": "group_id association coop_id kek_id wrapped nonce sealed expires_on",
    "vault.contact_group_members": "group_id contact_id",
}
_REMINDER: Final = {
    "vault.reminder_lists": "list_id association campaign_id class_code contacts families expires_on",
    "vault.reminder_contacts": """list_id place contact_id email_digest token_sha256 last_number letters last_on
        contributions""",
    "vault.reminder_stops": "association coop_id email_digest expires_on",
}
_PERSON_FIELD: Final = {"vault.person_fields": "coop_id association version kek_id wrapped nonce sealed"}
_EXPORT: Final = {
    "vault.exports": """export_id association coop_id asked_by kind campaign_id school_year form columns chosen asked_at
        state attempt done whole filename size expires_at downloads kek_id wrapped""",
    "vault.export_parts": "export_id part nonce sealed",
}
_MESSAGE: Final = {
    "vault.messages": """message_id association coop_id campaign_id sent_by sent_at recipients expires_on kek_id wrapped
        nonce sealed""",
}
_REFUSAL: Final = {"vault.message_refusals": "association coop_id email_digest expires_on"}
_FAMILY_TOKEN: Final = {
    "vault.family_tokens": "token_sha256 association purpose campaign_id contribution_id instalment expires_on",
}
_CLASS_LINK: Final = {"vault.class_links": "link_id token_sha256 association campaign_id made_at expires_on"}
_CARD_ALERT: Final = {"work.card_alerts": "ledger campaign_id began_at ends_at"}
_FILE: Final = {"files.contents": "association digest width media_type content kept_at"}
_PRINT: Final = {"files.prints": "association coop_id position number printed_at printed_by digest content"}
_CHARTER: Final = {"files.charters": "association digest text kept_at"}
_TASK: Final = {
    "work.tasks": """task_id ledger kind subject lane facts run_at state attempts call called_at error added_at
        ended_at""",
}
_FOLLOWED: Final = {
    "work.followed": "ledger position",
    "work.sweeps": "account swept_at looked_at",
    "work.awaited_followed": "ledger position",
}
_ANNOUNCED: Final = {
    "work.notifications": """event endpoint kind object_id account api_version created_at received_at run_at state
        attempts error ended_at payment ledger wants shown""",
}
_RECONCILED: Final = {
    "work.accounts": "account ledger coop_id bank_account_id bank_account",
    "work.openings": "ledger coop_id asked_at",
    "work.awaited": "ledger kind subject coop_id since",
    "work.breaks": """break_id account object_id way kind ledger_cents provider_cents what moved_at first_seen
        last_seen state resolved_at""",
    "work.crawls": """crawl_id account crawled_at since found fresh steady whole balance movements ledger
        in_flight breaks""",
    "work.expected": "ledger position part account object_id way cents moved_at known_at what settled",
    "work.expected_followed": "ledger position",
    "work.provider_names": "ledger subject_id name",
    "work.movements": "movement account object_id way kind cents moved_at settled booked",
}
_CHANGES: Final = {"vault.changes": "association number"}
_TRAIL: Final = {
    "trail.entries": "entry_id at kind actor association coop_id campaign_id subject_id detail request_id",
}
_IDS: Final = "as long as the ledger: ids, cents and instants of ours and the provider's, no person's data"

RULES: Final = (
    RetentionRule(
        what="payers, mandate holders, IBANs of coops",
        columns=_PERSON,
        why="accounting documents (code de commerce, L123-22); RGPD art. 6.1.c",
        how_long="the fiscal year (1 September to 31 August) and ten more; a payer until one asks to be forgotten",
        erase=people.erase_expired_people,
    ),
    RetentionRule(
        what="the accounting archive: names alone of payers who were forgotten, for which money moved",
        columns=_PAYER_NAME,
        why="who paid must be provable (code de commerce, L123-22); RGPD art. 17.3.b against an earlier erasure",
        how_long="until the end of the tenth exercise after the last paper of the contribution",
        erase=people.erase_expired_payer_names,
    ),
    RetentionRule(
        what="children of contributions and their answers, contacts and addresses to notify of campaigns",
        columns=_PERSON,
        why="class life: who takes part in what",
        how_long="31 August of the school year and one more",
        erase=people.erase_expired_people,
    ),
    RetentionRule(
        what="photos of children",
        columns=_PHOTO,
        why="asked for by the form of the campaign",
        how_long="with the child, by the same statement",
        erase=people.erase_expired_people,
    ),
    RetentionRule(
        what="people of contributions that were given up, for which no money ever moved",
        columns=_PERSON,
        why="a payment may still come late",
        how_long=f"{people.UNPAID.days} days after the basket was placed",
        erase=people.erase_unpaid_people,
    ),
    RetentionRule(
        what="people of a command that was refused or cut short",
        columns=_PERSON,
        why="an event must never name someone who is lost",
        how_long="with the refusal; 30 minutes after a crash, unless the log names them",
        erase=people.erase_unconfirmed_people,
    ),
    RetentionRule(
        what="contacts and addresses that no campaign shows or writes to any more",
        columns=_PERSON,
        why="none any more",
        how_long="a day after they were written",
        erase=people.erase_former_contacts,
    ),
    RetentionRule(
        what="baskets: what a family typed",
        columns=_BASKET,
        why="to go on filling it in, or to fill it in again",
        how_long="a day after it was last written",
        erase=traces.erase_expired_baskets,
    ),
    RetentionRule(
        what="files of payments of another platform, given to be imported",
        columns=_IMPORT_FILE,
        why="to import what their giver saw in the preview",
        how_long="until they are imported, or their giver gives another; an hour at most",
        erase=traces.erase_expired_import_files,
    ),
    RetentionRule(
        what="accounts of families, and which contributions are theirs",
        columns=_ACCOUNT,
        why="asked for by their holders, who erase them at once",
        how_long="three years after the last sign-in, seven days unconfirmed",
        erase=traces.erase_expired_accounts,
    ),
    RetentionRule(
        what="sessions and links of accounts, limits by keyed digests",
        columns=_SIGN_IN,
        why="security of accounts",
        how_long="until they are over: 30 days, 7 days or an hour, a quarter of an hour",
        erase=traces.erase_expired_accounts,
    ),
    RetentionRule(
        what="members of the association, and their passkeys",
        columns=_MEMBER,
        why="the log and the trail name by id who did what, and an audit may ask who that was",
        how_long=f"{members.NAMED.days} days after the last right ended, or after a later invitation",
        erase=members.erase_former_members,
    ),
    RetentionRule(
        what="sessions and links of members, answers by passkeys, replacements of passkeys that one person asked for",
        columns=_MEMBER_SIGN_IN,
        why="security of what members may do",
        how_long="until they are over: 30 days, 7 days or ten minutes, 5 minutes, 7 days",
        erase=members.erase_expired_member_data,
    ),
    RetentionRule(
        what="where a member's letters went before a change of address",
        columns=_FORMER_ADDRESS,
        why="letters about where money goes must reach whoever an address was taken from",
        how_long=f"{TIE_LIFE.days} days after the change, or with the member",
        erase=members.erase_expired_member_data,
    ),
    RetentionRule(
        what="notes that people wrote beside their decisions",
        columns=_NOTE,
        why="to understand a decision while its school year is open",
        how_long="31 August of the school year and one more, or until one is erased",
        erase=traces.erase_expired_notes,
    ),
    RetentionRule(
        what="contacts that a coop wrote down, their classes, the groups that it made of them",
        columns=_CONTACT,
        why="to write to families about class life; the coop writes them down if it likes to",
        how_long="31 August of the school year and one more; before that when the coop erases one, or a family asks",
        erase=traces.erase_expired_contacts,
    ),
    RetentionRule(
        what="lists of contacts to remind of a collection, by digests; which letters left; who wants none any more",
        columns=_REMINDER,
        why="reminders that tell no one whom they go to; a wish to get none is kept to be respected",
        how_long="31 August of the school year and one more; a place of a list goes with its contact",
        erase=traces.erase_expired_reminders,
    ),
    RetentionRule(
        what="the names of the fields that a coop adds to its records of people, without a value",
        columns=_PERSON_FIELD,
        why="to ask families in its forms, and to read their answers",
        how_long="as long as the ledger, or until the coop deletes one: a coop's own words, no person's data",
    ),
    RetentionRule(
        what="files that members asked for: they name families",
        columns=_EXPORT,
        why="to be taken away by who asked for them",
        how_long="7 days or 5 downloads; until a family of the coop is forgotten",
        erase=traces.erase_exports_over,
    ),
    RetentionRule(
        what="messages of coops to families",
        columns=_MESSAGE,
        why="to know what was written to families while their school year is open",
        how_long="31 August of the school year and one more",
        erase=traces.erase_expired_messages,
    ),
    RetentionRule(
        what="who wants no more messages of a coop, by keyed digests of addresses",
        columns=_REFUSAL,
        why="asked for by who has the address",
        how_long="31 August of the school year and one more",
        erase=traces.erase_expired_messages,
    ),
    RetentionRule(
        what="tasks of files and messages that members asked for: ids alone",
        columns=_TASK,
        why="each file is made, and each letter sent, once",
        how_long=f"{traces.REQUESTS.days} days after they ended",
        erase=traces.erase_requested_emails,
    ),
    RetentionRule(
        what="digests of the tokens by which families open their pages",
        columns=_FAMILY_TOKEN,
        why="a link of an e-mail or of a payment is good until its last day",
        how_long="until that day, or until they are revoked",
        erase=traces.erase_expired_family_tokens,
    ),
    RetentionRule(
        what="digests of the links by which colleagues see how each class of a collection stands",
        columns=_CLASS_LINK,
        why="a link that is shared is good until its last day, and names no one",
        how_long="until that day, or until they are cut",
        erase=traces.erase_expired_class_links,
    ),
    RetentionRule(
        what="campaigns on which stolen cards are being tested",
        columns=_CARD_ALERT,
        why="to slow visitors that nobody knows, for an hour",
        how_long="until the hour is over",
        erase=traces.erase_ended_card_alerts,
    ),
    RetentionRule(
        what="pictures and files of campaigns",
        columns=_FILE,
        why="shown by a campaign",
        how_long="as long as one shows them, and a day after they were last kept",
        erase=traces.erase_hidden_files,
    ),
    RetentionRule(
        what="bodies of webhook events",
        columns={"work.notifications": "body"},
        why="evidence of what the provider said; they may hold an e-mail address",
        how_long=f"{traces.EVIDENCE.days} days",
        erase=traces.empty_webhook_bodies,
    ),
    RetentionRule(
        what="tasks of e-mails that a visitor asked for: ids alone",
        columns=_TASK,
        why="to send them once; no event asks for them again",
        how_long=f"{traces.REQUESTS.days} days after they ended",
        erase=traces.erase_requested_emails,
    ),
    RetentionRule(
        what="e-mails laid down in the folder of an installation that sends none",
        columns={},
        why="shown by the demonstration",
        how_long=f"{traces.LAID_DOWN.days} days",
        erase=traces.erase_laid_emails,
    ),
    RetentionRule(
        what="the trail of access: actors by id, what they read or were refused",
        columns=_TRAIL,
        why="security, and the audit after a season (CNIL: six months to a year)",
        how_long="365 days",
        erase=traces.erase_old_trail,
    ),
    RetentionRule(
        what="who was erased on request, by id",
        columns={"vault.erasures": "association kind subject_id erased_at"},
        why="nobody comes back by a repeated request or a restore",
        how_long="as long as the vault: ids that nothing is behind any more",
    ),
    RetentionRule(
        what="how often people of an association were erased or corrected",
        columns=_CHANGES,
        why="names that are held in memory a while are dropped at once",
        how_long="as long as the vault: a number, no person's data",
    ),
    RetentionRule(
        what="random secrets of the association",
        columns={"vault.secrets": "association name kek_id wrapped"},
        why="fingerprints, proofs and links",
        how_long="as long as the vault: no person's data",
    ),
    RetentionRule(
        what="tasks that events ask for: ids, cents and instants alone",
        columns=_TASK,
        why="each is done once, whatever is repeated",
        how_long=f"{traces.DONE.days} days after they were done; what waits or is put aside stays",
        erase=traces.erase_done_tasks,
    ),
    RetentionRule(
        what="what the provider announced, without its body",
        columns=_ANNOUNCED,
        why="each is looked into once, whatever is repeated: the provider lists its own for thirty days",
        how_long=f"{traces.ANNOUNCED.days} days after it was looked into; what waits or is put aside stays",
        erase=traces.erase_answered_webhooks,
    ),
    RetentionRule(
        what="how far the logs were read for tasks, and the provider asked",
        columns=_FOLLOWED,
        why="to go on from there",
        how_long=_IDS,
    ),
    RetentionRule(
        what="prints of papers: the file of the first one, and who printed it again, by id",
        columns=_PRINT,
        why="the original of an accounting document (code de commerce, L123-22)",
        how_long="as long as the ledger: papers are no person's data",
    ),
    RetentionRule(
        what="the texts of the charter of collections",
        columns=_CHARTER,
        why="a mandate holder must be able to read again what was accepted",
        how_long="as long as the ledger: an association's own text, no person's data",
    ),
    RetentionRule(
        what="accounts of coops at the provider, and the reconciliation with its books",
        columns=_RECONCILED,
        why="proof that the ledger and the provider agree",
        how_long=_IDS,
    ),
)
"""All there is; a test walks the database for a column that none of them names."""
