"""The command ``doctor``: what is wrong with this installation, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from service.diagnostics.doctor.diagnosis import Diagnosis


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("doctor", help="Examiner l’installation, et dire quoi faire de chaque défaut ; 1 s’il y en a un.")(
        doctor
    )


def doctor(as_json: AsJson = False) -> None:
    """Look at everything that the installation stands on; status 1 where something keeps it from doing its work."""
    from service.bootstrap.database import NoDatabaseHere, administrator
    from service.diagnostics.doctor.diagnosis import DiagnosisState, DoctorContext
    from service.diagnostics.doctor.rounds import diagnose
    from service.settings import PaymentSettings, Settings

    settings = Settings()

    def look(url: str | None) -> list[Diagnosis]:
        found = []
        for one in diagnose(DoctorContext(settings, PaymentSettings(), url, datetime.now(UTC))):
            found.append(one)
            if not as_json:
                _say(one)
        return found

    try:
        with administrator(settings) as url:
            found = look(url)
    except NoDatabaseHere:
        found = look(None)
    faults = sum(one.state is DiagnosisState.FAULT for one in found)
    if as_json:
        say_json({"sound": not faults, "checks": [one._asdict() for one in found]})
    else:
        typer.echo(f"{faults} défaut(s)." if faults else "Tout va.")
    if faults:
        raise typer.Exit(1)


def _say(one: Diagnosis) -> None:
    mark = {"ok": "✓", "warning": "!", "fault": "✗", "skipped": "–"}[one.state]
    typer.echo(f"{mark} {one.subject}\u00a0: {one.sentence}")
    if one.advice:
        typer.echo(f"    → {one.advice}")
