"""The imports of a campaign as people remember them: all that a file brought, cash included, and what stands of it.

Money of another platform bears the id of its import. Cash bears none: its slip has a number that the import made up,
and its basket was placed at the very instant of the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.vocabulary.references import MADE_UP_DIGITS


class ImportedFile(NamedTuple):
    """What one import brought: ``cents`` in ``payments``; of these ``withdrawn`` were taken back or corrected since.

    ``elsewhere`` is what stands by another platform, and ``cash`` what stands in cash. ``import_id`` and ``platform``
    are None where the file brought cash alone.
    """

    import_id: UUID | None
    platform: str | None
    imported_at: datetime
    payments: int
    cents: int
    withdrawn: int
    elsewhere: int
    cash: int

    @property
    def standing(self) -> int:
        """What of it counts today, in cents."""
        return self.elsewhere + self.cash


_IMPORTED: Final[LiteralString] = """
WITH brought AS (
    SELECT basket.placed_at, paid.import_id, paid.platform, paid.cents, 0::bigint AS cash,
           CASE WHEN EXISTS (
               SELECT FROM external_movements AS gone
               WHERE gone.subject_id = paid.subject_id AND gone.kind = 'withdrawal'
           ) THEN 0 ELSE paid.cents END AS elsewhere
    FROM external_movements AS paid JOIN contributions AS basket USING (contribution_id)
    WHERE paid.campaign_id = %(campaign)s AND paid.kind = 'payment' AND paid.import_id IS NOT NULL
    UNION ALL
    SELECT basket.placed_at, NULL, NULL, basket.asked, slip.received, 0
    FROM cash_slips AS slip JOIN contributions AS basket USING (contribution_id)
    WHERE slip.campaign_id = %(campaign)s AND slip.returned_by IS NULL AND slip.slip ~ %(made_up)s
)
SELECT max(import_id::text)::uuid AS import_id, max(platform) AS platform, placed_at AS imported_at,
       count(*) AS payments, sum(cents)::bigint AS cents,
       count(*) FILTER (WHERE elsewhere = 0 AND cash = 0) AS withdrawn,
       sum(elsewhere)::bigint AS elsewhere, sum(cash)::bigint AS cash
FROM brought GROUP BY placed_at ORDER BY placed_at
"""


def imported_files(connection: Connection[Any], campaign_id: UUID) -> list[ImportedFile]:
    """Return the imports of a campaign, the first one first."""
    wanted = {"campaign": campaign_id, "made_up": f"^[0-9]{{{MADE_UP_DIGITS}}}$"}
    with connection.cursor(row_factory=class_row(ImportedFile)) as cursor:
        return cursor.execute(_IMPORTED, wanted).fetchall()
