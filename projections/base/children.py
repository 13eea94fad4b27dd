"""The figures of each child, as every list, sheet and answer shows them: one query, so that a word has one meaning.

The glossary defines them (docs/glossary.md « The figures »). Cents. Reports that add children up add these rows up.
"""

from __future__ import annotations

from typing import Final, LiteralString

STANDS: Final[LiteralString] = """
CASE WHEN basket.asked = 0 THEN NOT basket.abandoned ELSE basket.paid > basket.given_back + basket.lost END
"""
"""Whether a basket counts a child that costs nothing: it is one of nothing, or the coop holds money of it."""
STATE: Final[LiteralString] = f"""
CASE WHEN basket.status IN ('disputed', 'abandoned', 'pending') OR basket.paid = 0 THEN basket.status
     WHEN child.lost > 0 THEN 'unpaid'
     WHEN child.given_back > 0 AND EXISTS (
         SELECT FROM refund_lines AS gone
         WHERE gone.contribution_id = child.contribution_id AND gone.line = child.line AND gone.back AND gone.cents > 0
     ) THEN 'owed_to_family'
     WHEN child.given_back > 0 AND child.given_back < child.paid THEN 'partially_refunded'
     WHEN child.given_back > 0 THEN 'refunded'
     WHEN child.asked = 0 THEN CASE WHEN {STANDS} THEN 'nothing_due' ELSE basket.status END
     WHEN child.paid < child.asked THEN 'partial'
     ELSE 'received' END
"""
"""Where a child itself stands, in the words of baskets: what became of its brother is not said of it.

What a bank is asked to give back is of the whole basket.
"""
CHILDREN: Final[LiteralString] = f"""
SELECT contribution_id, line, campaign_id, coop_id, participant_id, placed_class, class_code, tariff_id, asked,
       held > 0 OR (asked = 0 AND EXISTS (
           SELECT FROM contributions AS basket WHERE basket.contribution_id = child.contribution_id
           AND {STANDS}
       )) AS takes_part,
       CASE WHEN held > 0 THEN asked ELSE 0 END AS due, paid, cash, collected_elsewhere,
       given_back - owed AS refunded, refunded_elsewhere, lost, owed, held, position,
       (SELECT {STATE} FROM contributions AS basket WHERE basket.contribution_id = child.contribution_id) AS status,
       (SELECT coalesce(sum(pending), 0)::bigint FROM refund_lines
        WHERE refund_lines.contribution_id = child.contribution_id AND refund_lines.line = child.line AND pending > 0
       ) AS refund_pending
FROM participants AS child CROSS JOIN LATERAL (
    SELECT coalesce(sum(cents), 0)::bigint AS owed FROM refund_lines
    WHERE refund_lines.contribution_id = child.contribution_id AND refund_lines.line = child.line AND back
) AS came_back
"""  # noqa: S608 (made of constants)
"""``takes_part``: the coop holds money for the child, or it costs nothing, in a basket of nothing or of which the coop
holds money. ``due`` while it takes part; ``refunded`` without what came back from its card, which is ``owed``;
``refund_pending`` was asked for and has not reached the card yet.
"""
