"""What pages say of a payment in several times: which instalment came in last, what remains, and when."""

from __future__ import annotations

from typing import Final

from domain.calendar import french_date
from domain.campaign.contribution import Contribution
from domain.money import euros

_ORDINALS: Final = ("première", "deuxième", "troisième", "quatrième", "cinquième", "sixième")


def received_instalments(contribution: Contribution) -> str:
    """Say how far a plan is: its latest instalment, or how many of them where one was left out on the way."""
    paid, count = len(contribution.payments), contribution.instalments
    if set(contribution.schedule) != set(range(paid + 1, count + 1)):
        return f"{paid} échéances sur {count} sont bien reçues." if paid > 1 else "Une échéance est bien reçue."
    ordinal = _ORDINALS[paid - 1] if 0 < paid <= len(_ORDINALS) else f"{paid}e"
    return f"Votre {ordinal} échéance sur {count} est bien reçue."


def remaining_instalments(contribution: Contribution) -> str:
    """Say what is still to be debited and when, and where the bank refused the next one; nothing once all is over."""
    schedule = contribution.schedule
    if not schedule:
        return ""
    number, due = min(schedule.items(), key=lambda one: (one[1].due_on, one[0]))
    left, day = euros(contribution.expected_later), french_date(due.due_on)
    if contribution.refusals.get(number):
        return (
            f"Il reste {left}. Votre banque n’a pas accepté l’échéance du {day}\u00a0: "
            "l’e-mail que vous avez reçu dit comment la régler."
        )
    if len(schedule) == 1:
        return f"Il reste {left}, prélevés le {day}."
    return f"Il reste {left} en {len(schedule)} échéances, la prochaine le {day}."
