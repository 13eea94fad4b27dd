"""The figures of each child, as every list, sheet and answer shows them: one query, so that a word has one meaning.

The glossary defines them (docs/glossary.md « The figures »). Cents. Reports that add children up add these rows up.
"""

from __future__ import annotations

from typing import Final, LiteralString

CHILDREN: Final[LiteralString] = """
SELECT contribution_id, line, campaign_id, coop_id, participant_id, placed_class, class_code, tariff_id, asked,
       CASE WHEN held > 0 THEN asked ELSE 0 END AS due, paid, cash, collected_elsewhere,
       given_back - owed AS refunded, refunded_elsewhere, lost, owed, held, position
FROM participants CROSS JOIN LATERAL (
    SELECT coalesce(sum(cents), 0)::bigint AS owed FROM refund_lines
    WHERE refund_lines.contribution_id = participants.contribution_id AND refund_lines.line = participants.line AND back
) AS came_back
"""
"""``due`` while the child takes part; ``refunded`` without what came back from its card, which is ``owed``."""
