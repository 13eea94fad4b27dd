"""Commands about an association's rules: what its coops may do, shown and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.access.roles import Slug, ledger_of
from service.cli.by_hand.entry import By, enter
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp

_FRENCH = {
    "means": "Moyens de paiement",
    "cash_recording": "Espèces en caisse",
    "purposes": "Objets des collectes",
    "max_instalments": "Échéances au plus",
    "max_interval_months": "Mois entre deux échéances au plus",
    "anonymity_threshold": "Familles en dessous desquelles la participation est cachée",
    "wording": "Vocabulaire",
    "require_passkey": "Clés d’accès exigées",
    "closing_day": "Jour des clôtures",
    "cut_off": "Exercice des produits",
    "charter_version": "Version de la charte",
}


def add_commands(groups: typer.Typer) -> None:
    """Add the commands of this module to those of associations."""
    groups.command("policy", help="Montrer les règles d’une association, et la version de sa charte.")(policy)
    groups.command("change-policy", help="Changer des règles d’une association ; les autres restent.")(change_policy)


def policy(slug: Slug, as_json: AsJson = False) -> None:
    """Show what an association lets its coops do, and which version of its charter is the current one."""
    from domain.association.state import Association

    with ledger_of(slug) as ledger:
        association = ledger.store.load(Association, ledger.association_id)
    held = association.policy
    told = {
        **{name: getattr(held, name) for name in held.__struct_fields__},
        "require_passkey": held.demands_passkey,
        "closing_day": held.closes_on,
        "cut_off": held.cuts_off.value,
        "charter_version": association.charter_version,
    }
    if as_json:
        say_json(told)
        return
    for name, value in told.items():
        typer.echo(f"{_FRENCH[name]}\u00a0: {_shown(value)}")


def change_policy(  # noqa: PLR0913 (the command line gives each of these by its name)
    slug: Slug,
    by: By,
    *,
    means: Annotated[list[str] | None, typer.Option(help="Moyen de paiement\u00a0: card, cash, cheque, other")] = None,
    purpose: Annotated[list[str] | None, typer.Option(help="Objet de collecte permis ; à répéter")] = None,
    cash_recording: Annotated[bool | None, typer.Option(help="Permettre d’enregistrer des espèces, ou non")] = None,
    max_instalments: Annotated[int | None, typer.Option(min=1, max=12, help="Échéances au plus")] = None,
    max_interval_months: Annotated[int | None, typer.Option(min=1, max=12, help="Mois entre deux échéances")] = None,
    anonymity_threshold: Annotated[
        int | None, typer.Option(min=1, max=100, help="Familles sous lesquelles elle est cachée")
    ] = None,
    wording: Annotated[str | None, typer.Option(help="contribution ou adhesion")] = None,
) -> None:
    """Change some of the rules, and leave the others; passkeys, closings and cut-off have commands of their own."""
    import msgspec

    from domain.association.commands import ChangePolicy
    from domain.association.state import Association

    options = {
        "means": None if means is None else tuple(means),
        "purposes": None if purpose is None else tuple(purpose),
        "cash_recording": cash_recording,
        "max_instalments": max_instalments,
        "max_interval_months": max_interval_months,
        "anonymity_threshold": anonymity_threshold,
        "wording": wording,
    }
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        raise typer.BadParameter("indiquez au moins une règle à changer.")

    def make(ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        held = ledger.store.load(Association, ledger.association_id).policy
        changed = msgspec.structs.replace(held, **given)
        return ChangePolicy(stream_id=ledger.association_id, policy=changed, stamp=stamp)

    enter(slug, by, make)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
