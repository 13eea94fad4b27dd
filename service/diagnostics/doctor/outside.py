"""Checks of what lies around: keys, mail, the payment provider, the public address, the disk."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from httpx2 import HTTPError, InvalidURL

from adapters.connections import Connections
from adapters.email import EmailError
from adapters.payments.errors import ProviderError, ProviderModeMismatch
from adapters.people_vault import PeopleVault, VaultKeyMissing, VaultUnreadable, keyring_from_environment
from adapters.postgres import DatabaseRole
from adapters.stripe_provider import StripeProvider
from domain.money import euros
from service.bootstrap.worker import stripe_settings
from service.diagnostics.doctor.diagnosis import Diagnosis, DoctorContext, fault, fine, warning
from service.emails.transports import smtp_transport
from service.payments.context import check_mode

_LEAST: Final = 1 << 30
"""Bytes under which a disk is as good as full."""
_LITTLE: Final = 5 << 30
_PATIENCE: Final = 5.0
_KEEP: Final = "Rendez la clé sous laquelle il a été écrit\u00a0: sans elle, personne n’y est plus lisible."


def check_keys(context: DoctorContext) -> list[Diagnosis]:
    """Open something of each vault with the keys of this environment."""
    found: list[Diagnosis] = []
    for entry in context.associations:
        variable = f"COOPLEDGER_VAULT_KEY_{entry.slug.upper()} ou COOPLEDGER_VAULT_KEY"
        try:
            keyring = keyring_from_environment(entry.association_id, entry.slug)
        except VaultKeyMissing:
            wanted = f"Donnez {variable}\u00a0: 32 octets en base64."
            found.append(fault("clés", f"{entry.slug}\u00a0: pas de clé du coffre, ou une clé illisible.", wanted))
            continue
        try:
            with Connections() as connections:
                pool = connections.pool(context.dsn(DatabaseRole.VAULT, entry))
                PeopleVault(pool, entry.association_id, keyring).check_keys()
        except (VaultKeyMissing, VaultUnreadable):
            found.append(fault("clés", f"{entry.slug}\u00a0: la clé donnée n’ouvre pas ce que le coffre garde.", _KEEP))
    return found or fine("clés", "Les coffres s’ouvrent.")


def check_mail(context: DoctorContext) -> list[Diagnosis]:
    """Greet the mail server and sign in; no letter is sent."""
    if not context.settings.smtp_host:
        return [
            warning(
                "courrier",
                "Aucun serveur d’envoi\u00a0: les lettres restent dans un dossier, personne ne les reçoit.",
                "Donnez COOPLEDGER_SMTP_HOST et COOPLEDGER_SMTP_SENDER (docs/recipes/send-letters.md).",
            )
        ]
    try:
        smtp_transport(context.settings, timeout=_PATIENCE).check()
    except EmailError as error:
        advice = "Vérifiez COOPLEDGER_SMTP_HOST, _PORT, _SECURITY, _USER, _PASSWORD et _SENDER."
        return [fault("courrier", f"Le serveur d’envoi ne nous laisse pas entrer. {error.french}", advice)]
    return fine("courrier", "Le serveur d’envoi nous laisse entrer.")


def check_provider(context: DoctorContext) -> list[Diagnosis]:
    """Ask the payment provider for a figure that changes nothing, and compare its mode with the associations'."""
    subject, adapter = "prestataire de paiement", stripe_settings(context.payments)
    if adapter is None:
        return [
            warning(
                subject,
                "Aucun prestataire\u00a0: personne ne paie par carte.",
                "Donnez COOPLEDGER_STRIPE_KEY (docs/recipes/take-payments.md), si ce n’est pas voulu.",
            )
        ]
    found = []
    with closing(StripeProvider(adapter)) as provider:
        try:
            available = provider.balance(None).available
        except ProviderError:
            advice = "Vérifiez COOPLEDGER_STRIPE_KEY, COOPLEDGER_STRIPE_LIVE et l’accès au réseau."
            found.append(fault(subject, "Le prestataire ne répond pas, ou refuse cette clé.", advice))
        else:
            found.extend(_short(available))
    for entry in context.associations:
        try:
            check_mode(entry.slug, demo=entry.demo, live=context.payments.live)
        except ProviderModeMismatch as error:
            found.append(fault(subject, error.french, "Donnez la clé de l’autre mode, ou une autre base de données."))
    if not all(adapter.webhook_secrets.values()):
        advice = "Donnez COOPLEDGER_STRIPE_PLATFORM_SECRETS, _CONNECT_SECRETS et _ACCOUNTS_SECRETS."
        found.append(fault(subject, "Ce que le prestataire annonce ne peut pas être vérifié.", advice))
    return found or fine(subject, "Le prestataire répond, du même mode que les associations.")


def _short(available: int) -> list[Diagnosis]:
    """Say that the platform's own account is overdrawn: whatever coops hold, no refund leaves until it is not."""
    if available >= 0:
        return []
    sentence = f"Le compte de la plateforme est à {euros(available)}\u00a0: les remboursements y attendent."
    advice = "Versez-y de quoi payer les frais (docs/recipes/take-payments.md, « What the platform keeps there »)."
    return [warning("prestataire de paiement", sentence, advice)]


def check_address(context: DoctorContext) -> list[Diagnosis]:
    """Ask for the health of the service where people reach it."""
    subject, settings = "adresse publique", context.settings
    parts = urlsplit(settings.address)
    if settings.public_url is None:
        return [
            warning(
                subject,
                "Aucune adresse publique\u00a0: les liens des lettres ne mènent qu’à cette machine.",
                "Donnez COOPLEDGER_PUBLIC_URL (docs/recipes/put-on-line.md).",
            )
        ]
    found = []
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        advice = "Mettez un proxy avec un certificat devant le service, et https:// dans COOPLEDGER_PUBLIC_URL."
        found.append(fault(subject, "Les familles y viennent sans chiffrement.", advice))
    if parts.scheme == "https" and not settings.secure_cookies:
        advice = "Retirez COOPLEDGER_SECURE_COOKIES."
        found.append(fault(subject, "Les sessions y voyagent aussi sans chiffrement.", advice))
    if not _answers(settings.address):
        advice = "Vérifiez que «\u00a0coopledger web\u00a0» tourne, que le nom mène ici et que le proxy le transmet."
        found.append(fault(subject, "Le service n’y répond pas.", advice))
    return found or fine(subject, "Le service y répond.")


def check_disk(context: DoctorContext) -> list[Diagnosis]:
    """Look at the room where we write: the data folder, and where the list of erasures lies."""
    found, least = [], None
    for folder in dict.fromkeys((context.settings.data_dir, context.settings.erasures.parent)):
        there = _existing(folder)
        free = shutil.disk_usage(there).free
        least = free if least is None else min(least, free)
        if not os.access(there, os.W_OK):
            advice = "Donnez-le au compte du service, ou un autre par COOPLEDGER_DATA_DIR et COOPLEDGER_ERASURE_LIST."
            found.append(fault("disque", "Un dossier où le service écrit lui est fermé.", advice))
        elif free < _LITTLE:
            told = fault if free < _LEAST else warning
            found.append(told("disque", f"Il ne reste que {_gib(free)} Gio.", "Faites de la place, ou ajoutez-en."))
    return found or fine("disque", f"{_gib(least or 0)} Gio sont libres.")


def _answers(address: str) -> bool:
    try:
        answer = httpx2.get(f"{address}/api/v1/health", timeout=_PATIENCE, follow_redirects=False)
        return answer.is_success and answer.json() == {"status": "ok"}
    except (HTTPError, InvalidURL, OSError, ValueError):
        return False


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f}".replace(".", ",")
