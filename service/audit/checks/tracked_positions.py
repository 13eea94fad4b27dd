"""How far the read models say that they have come, against the log."""

from __future__ import annotations

from collections.abc import Iterator

from projections.catalogue import MODELS, stored_versions
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Find read models that are missing, of another version, ahead of the log, or behind what they had time to reach.

    Where nothing is wrong, they are compared at the position where they stand; else at the end of the log.
    """
    audit.examined["tracking"] = len(MODELS)
    stored = stored_versions(audit.live)
    if not stored:
        yield AuditFinding(FindingKind.TRACKING, 1, "Aucune vue n’est là.")
        return
    reached: dict[str, int] = dict(audit.live.execute("SELECT model, position FROM tracking").fetchall())
    sound = True
    for model in MODELS:
        sentence, position = _fault(audit, model.name, stored.get(model.name) == model.version, reached)
        if sentence:
            sound = False
            yield AuditFinding(FindingKind.TRACKING, position, sentence)
    positions = {reached[model.name] for model in MODELS if model.name in reached}
    if sound and len(positions) > 1:
        sound = False
        sentence = f"Les vues ne sont pas à la même position\u00a0: {', '.join(map(str, sorted(positions)))}."
        yield AuditFinding(FindingKind.TRACKING, min(positions) + 1, sentence)
    if sound:
        audit.position, audit.level = min(positions), True


def _fault(audit: Audit, name: str, same_version: bool, reached: dict[str, int]) -> tuple[str, int]:  # noqa: FBT001
    """Say what is wrong with the tracking of one model, and from which position on."""
    if name not in reached:
        return f"Le suivi de la vue {name} manque.", 1
    if not same_version:
        return f"La vue {name} est d’une autre version\u00a0: elle est à reconstruire.", 1
    position = reached[name]
    if position > audit.end:
        return f"La vue {name} dit avoir lu l’événement {position}, le registre finit à {audit.end}.", audit.end + 1
    if position < audit.expected:
        return f"La vue {name} s’arrête à l’événement {position}, le registre va à {audit.end}.", position + 1
    return "", 0
