"""The standing invariants of the ledger, each a named question to its log and read tables (ledger.md « Invariants »).

Every check returns what is wrong, in French for auditors, and nothing when all is well. All of them see one
snapshot, at the position of the read tables. Parity with a replay (invariant 8) is the rebuild's.
"""

from __future__ import annotations

import re
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from domain.money import euros

_EUROS: Final = re.compile("€(-?[0-9]+)€")
"""How the queries write an amount, in cents, which is shown in euros."""


class Finding(NamedTuple):
    """Something that contradicts an invariant: its number, the check, the sentence, the coop and position if known."""

    invariant: int
    check: str
    sentence: str
    coop_id: UUID | None = None
    position: int | None = None


class Check(NamedTuple):
    """One named check: a query whose every row (sentence, coop, position) is a finding."""

    invariant: int
    name: str
    query: LiteralString


_ZERO_SUM: Final[LiteralString] = """
SELECT format('le livre %s a €%s€ au débit et €%s€ au crédit', book, sum(debit), sum(credit)),
       (array_agg(coop_id))[1], position
FROM {read}.journal GROUP BY position, book HAVING sum(debit) <> sum(credit) ORDER BY position
"""
_TWO_BOOKS: Final[LiteralString] = """
SELECT format('la plateforme doit €%s€ à la coopérative, dont le compte en ligne porte €%s€', owed, held),
       coop_id, NULL::bigint
FROM (
    SELECT coop_id,
           coalesce(sum(credit - debit) FILTER (WHERE account IN ('due_to_coop', 'due_to_coop_blocked')), 0) AS owed,
           coalesce(sum(debit - credit) FILTER (WHERE account IN ('online', 'online_blocked')), 0) AS held,
           coalesce(sum(credit - debit) FILTER (WHERE account = 'due_to_coop_blocked'), 0) AS owed_blocked,
           coalesce(sum(debit - credit) FILTER (WHERE account = 'online_blocked'), 0) AS held_blocked
    FROM {read}.journal GROUP BY coop_id
) AS sides
WHERE owed <> held OR owed_blocked <> held_blocked ORDER BY coop_id
"""
# The provider's references and ours, by kind of fact; a retired version of a topic counts as the same fact. A refund
# outside the provider has no reference there. OFFSET 0 keeps each reference from being read again where it is grouped.
_ONCE: Final[LiteralString] = """
SELECT format('%s %s est comptabilisé %s fois', kind, reference, count(*)), (array_agg(coop_id))[1], min(position)
FROM (
    SELECT facts.kind, state ->> facts.field AS reference, coop_id, position
    FROM (SELECT position, coop_id, rtrim(topic, '0123456789') AS kind, convert_from(state, 'UTF8')::json AS state
          FROM {log}.ledger_events WHERE position <= {upto}) AS log
    JOIN (VALUES ('campaign.payment_captured', 'payment_id'), ('campaign.provider_fee_charged', 'payment_id'),
                 ('campaign.funds_transferred', 'transfer_id'), ('campaign.transfer_reversed', 'reversal_id'),
                 ('campaign.refund_requested', 'refund_id'),
                 ('campaign.refund_settled', 'refund_id'), ('campaign.refund_settled', 'provider_refund'),
                 ('campaign.dispute_opened', 'provider_movement'), ('campaign.dispute_won', 'provider_movement'),
                 ('campaign.lost_dispute_reinstated', 'provider_movement'), ('coop.payout_requested', 'payout_id'),
                 ('coop.payout_sent', 'payout_id'), ('coop.payout_sent', 'provider_payout'),
                 ('coop.payout_paid', 'payout_id'),
                 ('campaign.external_payment_recorded', 'external_payment_id'),
                 ('campaign.external_payment_refunded', 'refund_id'),
                 ('campaign.external_payment_withdrawn', 'external_payment_id'),
                 ('coop.external_payout_recorded', 'external_payout_id'),
                 ('coop.external_payout_withdrawn', 'external_payout_id')) AS facts (kind, field)
      ON log.kind = facts.kind || '.'
    OFFSET 0
) AS seen
WHERE reference <> '' GROUP BY kind, reference HAVING count(*) > 1 ORDER BY min(position)
"""
_REFUNDS: Final[LiteralString] = """
SELECT format('contribution %s\u00a0: €%s€ payés, €%s€ rendus, perdus ou en route', contribution_id, paid,
              given_back + lost + refund_pending + disputed), coop_id, position
FROM {read}.contributions
WHERE given_back + lost + refund_pending + disputed > paid OR tip_refunded > tip_paid
   OR least(paid, given_back, disputed, lost, refund_pending, tip_paid, tip_refunded, expected_later) < 0
ORDER BY position
"""
# What a coop could spend, event by event: its online account less what is set aside for refunds and payouts. A dispute
# after a payout may leave less than nothing; even then a tip goes back, which is not the coop's.
_OVERDRAFTS: Final[LiteralString] = """
WITH aside AS (
    SELECT position, coop_id, topic,
           CASE WHEN topic ~ '_requested[.]' THEN cents
                WHEN topic ~ '[.]refund_failed[.]' AND was_settled THEN 0
                WHEN topic ~ '[.]payout_failed[.]' AND was_sent THEN 0
                ELSE -cents END AS cents
    FROM (SELECT position, coop_id, topic, (state ->> 'cents')::bigint AS cents,
                 (state ->> 'was_settled')::boolean AS was_settled, (state ->> 'was_sent')::boolean AS was_sent
          FROM (SELECT position, coop_id, topic, convert_from(state, 'UTF8')::jsonb AS state FROM {log}.ledger_events
                WHERE position <= {upto} AND (strpos(topic, '.refund_') > 0 OR strpos(topic, '.payout_') > 0)
                  AND topic ~ '[.](refund|payout)_(requested|settled|sent|failed)[.]') AS log
         ) AS facts
), moves AS (
    SELECT position, coop_id, NULL AS asked, debit - credit AS cents FROM {read}.journal WHERE account = 'online'
    UNION ALL
    SELECT position, coop_id, CASE WHEN topic ~ '_requested[.]' AND cents > 0 THEN topic END, -cents FROM aside
), running AS (
    SELECT position, coop_id, asked, sum(cents) OVER (PARTITION BY coop_id ORDER BY position) AS available FROM moves
)
SELECT format('%s a laissé €%s€ disponibles', asked, available), coop_id, position
FROM running WHERE asked IS NOT NULL AND available < 0 ORDER BY position
"""
_MONTHS: Final[LiteralString] = """
SELECT format('mois %s\u00a0: le journal mouvemente le compte de €%s€ (bloqué €%s€), ses cases de €%s€ (€%s€)', period,
              coalesce(moved, 0), coalesce(moved_blocked, 0), coalesce(said, 0), coalesce(said_blocked, 0)),
       coop_id, NULL::bigint
FROM (
    SELECT coop_id, period, sum(debit - credit) AS moved,
           coalesce(sum(debit - credit) FILTER (WHERE account = 'online_blocked'), 0) AS moved_blocked
    FROM {read}.journal WHERE account IN ('online', 'online_blocked') GROUP BY coop_id, period
) AS lines
FULL JOIN (
    SELECT coop_id, period, receipts - disbursements - transfers AS said, blocked AS said_blocked
    FROM {read}.online_account
) AS boxes USING (coop_id, period)
WHERE (coalesce(moved, 0), coalesce(moved_blocked, 0)) <> (coalesce(said, 0), coalesce(said_blocked, 0))
ORDER BY coop_id, period
"""
# A closed period says for ever what it said when it was closed, and each month opens as the one before it closed.
_CLOSED_PERIODS: Final[LiteralString] = """
SELECT format('%s %s\u00a0: la clôture dit %s centimes, les vues disent %s',
              CASE kind WHEN 'month' THEN 'mois clos' ELSE 'exercice clos' END, first_day, stated, found),
       coop_id, position
FROM (
    SELECT log.coop_id, log.position, state ->> 'kind' AS kind, first_day,
           ARRAY[(box ->> 'opening')::bigint, (box ->> 'receipts')::bigint, (box ->> 'disbursements')::bigint,
                 (box ->> 'transfers')::bigint, (box ->> 'closing')::bigint] AS stated,
           (SELECT ARRAY[
                coalesce(sum(receipts - disbursements - transfers) FILTER (WHERE period < first_day), 0)::bigint,
                coalesce(sum(receipts) FILTER (WHERE period BETWEEN first_day AND last_day), 0)::bigint,
                coalesce(sum(disbursements) FILTER (WHERE period BETWEEN first_day AND last_day), 0)::bigint,
                coalesce(sum(transfers) FILTER (WHERE period BETWEEN first_day AND last_day), 0)::bigint,
                coalesce(sum(receipts - disbursements - transfers) FILTER (WHERE period <= last_day), 0)::bigint]
            FROM {read}.online_account WHERE online_account.coop_id = log.coop_id) AS found
    FROM (SELECT position, coop_id, convert_from(state, 'UTF8')::jsonb AS state FROM {log}.ledger_events
          WHERE position <= {upto} AND topic LIKE 'coop.period_closed.%') AS log,
         LATERAL (SELECT state -> 'boxes' AS box, (state ->> 'first_day')::date AS first_day,
                 (state ->> 'last_day')::date AS last_day) AS closing
) AS closings
WHERE stated <> found ORDER BY position
"""
_CLASSES: Final[LiteralString] = """
SELECT format('campagne %s, classe %s\u00a0: ses enfants portent €%s€, le journal dit €%s€', campaign_id, class_code,
              coalesce(held, 0), coalesce(booked, 0)), NULL::uuid, NULL::bigint
FROM (SELECT campaign_id, class_code, sum(held) AS held FROM {read}.participants GROUP BY 1, 2) AS sheets
FULL JOIN (
    SELECT campaign_id, class_code, sum(credit - debit) AS booked FROM {read}.journal
    WHERE account = 'contributions' AND topic LIKE 'campaign.%' GROUP BY campaign_id, class_code
) AS lines USING (campaign_id, class_code)
WHERE coalesce(held, 0) <> coalesce(booked, 0) ORDER BY campaign_id, class_code
"""
# What came back from a card had been given back by the same child.
_CONTRIBUTIONS: Final[LiteralString] = """
SELECT format('contribution %s\u00a0: ses enfants ont reçu €%s€, rendu €%s€, perdu €%s€\u00a0;'
              ' elle-même €%s€, €%s€ et €%s€',
              contribution_id, children.paid, children.given_back, children.lost, contributions.paid,
              contributions.given_back, contributions.lost), contributions.coop_id, contributions.position
FROM {read}.contributions
LEFT JOIN (
    SELECT contribution_id, sum(paid) AS paid, sum(given_back) AS given_back, sum(lost) AS lost,
           bool_and(given_back >= (SELECT coalesce(sum(cents), 0) FROM {read}.refund_lines AS lines
                                   WHERE back AND (lines.contribution_id, lines.line)
                                       = (participants.contribution_id, participants.line))) AS covered
    FROM {read}.participants GROUP BY contribution_id
) AS children USING (contribution_id)
WHERE (children.paid, children.given_back, children.lost)
    IS DISTINCT FROM (contributions.paid::numeric, contributions.given_back::numeric, contributions.lost::numeric)
   OR NOT covered
ORDER BY contributions.position
"""
_COOPS: Final[LiteralString] = """
SELECT format('ses enfants portent €%s€, son journal €%s€', coalesce(held, 0), coalesce(booked, 0)), coop_id,
       NULL::bigint
FROM (SELECT coop_id, sum(held) AS held FROM {read}.participants GROUP BY coop_id) AS sheets
FULL JOIN (SELECT coop_id, sum(credit - debit) AS booked FROM {read}.journal
           WHERE account = 'contributions' AND topic LIKE 'campaign.%' GROUP BY coop_id) AS lines USING (coop_id)
WHERE coalesce(held, 0) <> coalesce(booked, 0) ORDER BY coop_id
"""
_PAYOUTS: Final[LiteralString] = """
SELECT format('virements €%s€ + solde €%s€ ne font pas encaissements €%s€ − décaissements €%s€', paid_out,
              balance, receipts, disbursements), coop_id, NULL::bigint
FROM (
    SELECT coop_id, sum(receipts) AS receipts, sum(disbursements) AS disbursements FROM {read}.online_account
    GROUP BY coop_id
) AS boxes
JOIN (
    SELECT coop_id, sum(debit - credit) AS balance FROM {read}.journal
    WHERE account IN ('online', 'online_blocked') GROUP BY coop_id
) AS lines USING (coop_id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(cents), 0) AS paid_out FROM {read}.payouts
    WHERE payouts.coop_id = boxes.coop_id AND status IN ('sent', 'paid')
) AS gone
WHERE paid_out + balance <> receipts - disbursements ORDER BY coop_id
"""
# What other platforms hold, by its own list and by the journal; no payout brought more than there was on its day.
_ELSEWHERE: Final[LiteralString] = """
SELECT format('les autres plateformes portent €%s€, le journal dit €%s€', coalesce(held, 0), coalesce(booked, 0)),
       coop_id, NULL::bigint
FROM (SELECT coop_id, sum(cents) AS held FROM {read}.external_movements GROUP BY coop_id) AS lists
FULL JOIN (SELECT coop_id, sum(debit - credit) AS booked FROM {read}.journal
           WHERE account = 'collected_elsewhere' GROUP BY coop_id) AS lines USING (coop_id)
WHERE coalesce(held, 0) <> coalesce(booked, 0) ORDER BY coop_id
"""
_EXTERNAL_PAYOUTS: Final[LiteralString] = """
SELECT format('un virement de %s l’a laissée avec €%s€ le %s', platform, held, to_char(happened_on, 'DD/MM/YYYY')),
       coop_id, position
FROM (
    SELECT position, coop_id, platform, happened_on,
           (SELECT sum(earlier.cents) FROM {read}.external_movements AS earlier
            WHERE earlier.coop_id = paid.coop_id AND earlier.platform = paid.platform
              AND earlier.position <= paid.position AND earlier.happened_on <= paid.happened_on) AS held
    FROM {read}.external_movements AS paid WHERE kind = 'payout'
) AS payouts
WHERE held < 0 ORDER BY position
"""
_POSITIONS: Final[LiteralString] = """
SELECT format('après la position %s du registre vient %s', before, position), coop_id, position
FROM (
    SELECT position, coop_id, coalesce(lag(position) OVER (ORDER BY position), 0) AS before FROM {log}.ledger_events
) AS log
WHERE position <> before + 1 ORDER BY position
"""
_VERSIONS: Final[LiteralString] = """
SELECT format('flux %s\u00a0: %s événement(s), le dernier porte le numéro %s', originator_id, count(*),
              max(originator_version)),
       (array_agg(coop_id))[1], max(position)
FROM {log}.ledger_events GROUP BY originator_id HAVING count(*) <> max(originator_version) ORDER BY max(position)
"""
_TRACKING: Final[LiteralString] = """
SELECT format('la vue %s est à %s, le registre finit à %s et les autres sont à %s', model, position, log_end, {upto}),
       NULL::uuid, position
FROM {read}.tracking, (SELECT coalesce(max(position), 0) AS log_end FROM {log}.ledger_events) AS log
WHERE position > log_end OR position <> {upto} ORDER BY model
"""

CHECKS: Final[tuple[Check, ...]] = (
    Check(1, "chaque événement s’équilibre dans chaque livre", _ZERO_SUM),
    Check(2, "la plateforme doit ce que porte le compte en ligne", _TWO_BOOKS),
    Check(3, "chaque fait du prestataire est comptabilisé une fois", _ONCE),
    Check(4, "aucun remboursement au-delà de ce qui a été payé", _REFUNDS),
    Check(4, "aucun virement ni remboursement au-delà du disponible", _OVERDRAFTS),
    Check(4, "aucun virement d’une autre plateforme au-delà de ce qu’elle portait", _EXTERNAL_PAYOUTS),
    Check(6, "les cases de chaque mois sont son journal", _MONTHS),
    Check(6, "une période close dit ce qu’elle a dit, et s’ouvre comme la précédente s’est close", _CLOSED_PERIODS),
    Check(7, "les enfants d’une classe portent ce que dit son journal", _CLASSES),
    Check(7, "les enfants d’une contribution font ses montants", _CONTRIBUTIONS),
    Check(7, "les enfants d’une coopérative portent ce que dit son journal", _COOPS),
    Check(7, "virements et solde sont les encaissements moins les décaissements (S-169)", _PAYOUTS),
    Check(7, "ce que portent les autres plateformes est le compte 4678", _ELSEWHERE),
    Check(9, "le registre n’a pas de trou", _POSITIONS),
    Check(9, "aucun flux n’a de trou", _VERSIONS),
    Check(9, "toutes les vues sont à la même position du registre", _TRACKING),
)
"""All checks, by invariant."""


def run_check(connection: Connection[Any], check: Check, log_schema: str, read_schema: str) -> list[Finding]:
    """Run one check, inside the transaction of the connection if there is one."""
    read, log = Identifier(read_schema), Identifier(log_schema)
    upto: Composed = SQL("(SELECT coalesce(min(position), 0) FROM {}.tracking)").format(read)
    query = SQL(check.query).format(read=read, log=log, upto=upto)
    return [
        Finding(
            check.invariant, check.name, _EUROS.sub(lambda cents: euros(int(cents[1])), sentence), coop_id, position
        )
        for sentence, coop_id, position in connection.execute(query)
    ]
