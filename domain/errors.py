"""One hierarchy of errors: an HTTP status, a stable code, a French sentence for the person, a precise one for the log.

The sentence says what happened and what is safe; the values given to the constructor go to the log only,
except where the sentence names them in braces. A log never holds a person's data, and any text that was typed
may be a name in the wrong field: of texts, only those that programs write are logged, of others their length.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import ClassVar, Final
from uuid import UUID

_OPEN: Final = (int, UUID, date, Enum, type(None))
"""Kinds of values that cannot hold what a person typed; instants are dates, truths are numbers."""
# fmt: off
_CODES: Final = frozenset((
    "action", "actor", "association", "bank_line", "box", "cause", "column", "command", "cookie", "credentials",
    "detail", "dispute", "expected", "kind", "ledger", "means", "migration", "missing", "payment",
    "provider_account", "role", "schema", "slug", "statement", "status", "stream", "table", "topic", "unbalanced",
))
# fmt: on
"""Names of values that a program wrote, whatever their kind."""


def _told(name: str, value: object) -> str:
    """Write one value for the log."""
    if isinstance(value, _OPEN) or name in _CODES:
        return f"{name}={value!r}"
    if isinstance(value, str):
        return f"{name}=({len(value)} characters)"
    if isinstance(value, tuple | list) and all(isinstance(member, _OPEN) for member in value):
        return f"{name}={value!r}"
    return f"{name}=({type(value).__name__})"


class LedgerError(Exception):
    """An operation that the ledger refused; nothing was written."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "L’opération est refusée. Rien n’a été enregistré."
    again: ClassVar[bool] = True
    """Whether it may be asked again as it was, where ``status`` says that it did not work for now."""

    def __init__(self, **values: object) -> None:
        """Keep the values that explain the refusal: identifiers and amounts, never a person's data."""
        self.values = values
        details = ", ".join(_told(name, value) for name, value in values.items())
        super().__init__(f"{self.code}: {details}" if details else self.code)

    def __reduce__(self) -> tuple[object, ...]:
        """Say how to make it again in another process: its constructor takes values by name, which pickle does not."""
        return _made_again, (type(self), self.args, self.__dict__)

    @property
    def french(self) -> str:
        """The sentence for the person."""
        return self.sentence.format(**self.values)


def _made_again(kind: type[LedgerError], args: tuple[object, ...], state: dict[str, object]) -> LedgerError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidInput(LedgerError):
    """What was given has no meaning, whatever the state of the ledger."""

    status = 422
    code = "invalid-input"
    sentence = "Une des informations données n’est pas valable. Rien n’a été enregistré."


class AmountInvalid(InvalidInput):
    """An amount that is not a number of cents, or is out of bounds: then ``least`` and ``most`` say which."""

    code = "amount-invalid"
    sentence = "Ce montant n’est pas valable\u00a0: indiquez un nombre d’euros avec deux décimales au plus."
    bounds: ClassVar[str] = "Ce montant n’est pas possible\u00a0: il va de {least} à {most}. Rien n’a été enregistré."

    @property
    def french(self) -> str:
        """The sentence for the person."""
        return self.bounds.format(**self.values) if "least" in self.values else super().french


class ClassInvalid(InvalidInput):
    """A school class whose name cannot be read."""

    code = "class-invalid"
    sentence = "Cette classe n’est pas valable\u00a0: indiquez par exemple CP, CE1 ou CE2-CM1, sans nom de personne."


class ClassNotListed(ClassInvalid):
    """A school class that is not on the list of its coop."""

    code = "class-not-listed"
    sentence = "Choisissez la classe dans la liste de l’école."


class ActorInvalid(InvalidInput):
    """What is to stand for a person or a program may be a name."""

    code = "actor-invalid"
    sentence = "Donnez un identifiant sans nom de personne\u00a0: un numéro, par exemple t12, ou un UUID."


class ReasonInvalid(InvalidInput):
    """A reason that is none of the list for this decision: words of one's own belong in the note."""

    code = "reason-invalid"
    sentence = "Choisissez un motif de la liste. Les précisions vont dans la note, qui n’entre pas dans le registre."


class CouncilDecisionInvalid(InvalidInput):
    """A decision of the Conseil that is no past day, with or without the number of its minutes (S-49)."""

    code = "council-decision-invalid"
    sentence = (
        "Indiquez la date de la décision du conseil de coopérative et, s’il y en a un, "
        "le numéro du procès-verbal, par exemple 12 ou 2024-3."
    )


class DayOutOfRange(InvalidInput):
    """A day of cash or of a payment that lies before its campaign or after today."""

    code = "day-out-of-range"
    sentence = "Cette date n’est pas possible\u00a0: indiquez un jour du {first} au {last}."


class ReferenceInvalid(InvalidInput):
    """The number of a slip or of a bank line that is none: it might be a name."""

    code = "reference-invalid"
    sentence = (
        "Donnez un numéro de bordereau ou de ligne\u00a0: 20 caractères au plus, A–Z, 0–9 et -, par exemple B-17."
    )


class NotFound(LedgerError):
    """The thing named does not exist, or is not visible to this person."""

    status = 404
    code = "not-found"
    sentence = "Nous ne trouvons pas ce que vous demandez. Vérifiez l’adresse ou la référence."


class NotSignedIn(LedgerError):
    """No valid credentials came with the request."""

    status = 401
    code = "not-signed-in"
    sentence = "Identifiez-vous pour continuer."


class NotAllowed(LedgerError):
    """The person is known, but the role or the coop does not allow this."""

    status = 403
    code = "not-allowed"
    sentence = "Votre rôle ne permet pas cette opération."


class NoCurrentRight(NotAllowed):
    """The person is known, and has no right at all at the association now."""

    code = "no-current-right"
    sentence = (
        "Vous n’avez pas accès à cet espace\u00a0: votre mandat ou votre rôle n’a pas commencé, ou il a pris fin. "
        "Adressez-vous à votre association départementale."
    )


class OwnRight(NotAllowed):
    """A person gives a right to themselves."""

    code = "own-right"
    sentence = "Personne ne peut se donner un droit à soi-même\u00a0: demandez à une autre personne de l’association."


class Conflict(LedgerError):
    """The state of the ledger does not allow the operation now."""

    status = 409
    code = "conflict"
    sentence = "L’opération n’est pas possible dans l’état actuel. Rien n’a été enregistré."


class AlreadyExists(Conflict):
    """A thing with this identity is already in the ledger."""

    code = "already-exists"
    sentence = "Cet élément existe déjà."


class LastStaffRole(Conflict):
    """The only role of the association's staff would be withdrawn: nobody could give rights any more."""

    code = "last-staff-role"
    sentence = "C’est le dernier accès de gestion de l’association\u00a0: donnez d’abord ce rôle à une autre personne."


class StaleVersion(Conflict):
    """The person decided on an older state than the one stored."""

    code = "stale-version"
    sentence = "Cette page n’est plus à jour\u00a0: quelqu’un a modifié la campagne. Rechargez-la et recommencez."


class KeyReused(Conflict):
    """An idempotency key came back with another input."""

    code = "key-reused"
    sentence = "Cette demande porte une clé déjà utilisée pour une autre opération. Rien n’a été enregistré."


class TooBusy(LedgerError):
    """Writers kept overtaking each other; trying again is safe."""

    status = 503
    code = "too-busy"
    sentence = "Le service est très sollicité. Réessayez dans un instant\u00a0: rien n’a été enregistré."


class ReadersBehind(LedgerError):
    """The read models did not reach the position asked for in time; the write itself is kept."""

    status = 503
    code = "readers-behind"
    sentence = "L’affichage n’est pas encore à jour. Réessayez dans un instant\u00a0: vos opérations sont enregistrées."


class OutcomeUnknown(LedgerError):
    """The store could not be reached after a write was sent; the same key tells the truth when tried again."""

    status = 503
    code = "outcome-unknown"
    sentence = (
        "Nous ne savons pas encore si l’opération est enregistrée. "
        "Réessayez\u00a0: elle ne sera jamais faite deux fois."
    )


class CampaignClosed(Conflict):
    """The campaign's status does not accept contributions (S-114…S-117)."""

    code = "campaign-closed"
    sentence = "Cette collecte n’est pas ouverte actuellement. Rien n’a été débité."


class OutsideWindow(Conflict):
    """The contribution came outside the opening window (S-109)."""

    code = "outside-window"
    sentence = "Cette collecte n’est pas ouverte à cette date. Rien n’a été débité."


class TariffMismatch(Conflict):
    """The amounts of the basket are not those of the campaign's tariffs (AN-2)."""

    code = "tariff-mismatch"
    sentence = "Le tarif de cette collecte a changé\u00a0: vérifiez votre panier. Rien n’a été débité."


class TermsNotAccepted(Conflict):
    """A basket came without the accepted version of the terms of use and sale (S-207)."""

    code = "terms-not-accepted"
    sentence = "Cochez la case des conditions générales pour payer. Rien n’a été débité."


class AnswerMissing(Conflict):
    """A question that the campaign makes mandatory has no answer for one of the children (S-75…S-82, S-195)."""

    code = "answer-missing"
    sentence = "Il manque une réponse obligatoire pour un des enfants. Rien n’a été débité."


class PolicyForbids(Conflict):
    """The association's policy or charter does not allow it (S-23, S-26, S-32, S-93)."""

    code = "policy-forbids"
    sentence = "L’association départementale n’autorise pas cette opération."


class NotCertified(Conflict):
    """A payout was asked for a coop whose account is not certified (S-153)."""

    code = "not-certified"
    sentence = "Vous devez certifier votre compte pour faire un virement."


class BankAccountNotConfirmed(Conflict):
    """The IBAN has not been confirmed by the association."""

    code = "bank-account-not-confirmed"
    sentence = "L’IBAN de la coopérative n’est pas confirmé par l’association départementale. Le virement est refusé."


class BankAccountUnconfirmed(Conflict):
    """A bank account waits for the second person: payouts wait with it."""

    code = "bank-account-unconfirmed"
    sentence = (
        "Un changement d’IBAN attend d’être confirmé par une seconde personne\u00a0: "
        "les virements sont suspendus jusque-là."
    )


class SecondPersonNeeded(Conflict):
    """The second person is the first one, or lately invited or was invited by that one."""

    code = "second-person-needed"
    sentence = (
        "Ceci se fait à deux personnes, sans lien d’invitation ni changement d’adresse entre elles "
        "depuis trente jours. Rien n’a été enregistré."
    )


class PayoutLeaving(Conflict):
    """A payout is to be cancelled while it is being given to the provider, or was: how that ended is recorded soon."""

    code = "payout-leaving"
    sentence = "Ce virement est déjà en train de partir vers la banque\u00a0: il ne peut plus être annulé."


class PayeeMismatch(Conflict):
    """The bank answered that the account is in another name."""

    code = "payee-mismatch"
    sentence = (
        "La banque répond que ce compte n’est pas au nom de la coopérative\u00a0: il n’est pas confirmé. "
        "Vérifiez l’IBAN avec elle."
    )


class PayoutsAreFrozen(Conflict):
    """The provider would pay out to another bank account than the confirmed one."""

    code = "payouts-frozen"
    sentence = (
        "Les coordonnées bancaires ont changé chez le prestataire de paiement\u00a0: "
        "les virements attendent la confirmation de l’association départementale."
    )


class StillGivenBack(Conflict):
    """The service still gives a payment back to its card by itself."""

    code = "still-given-back"
    sentence = "Ce paiement est encore en train d’être rendu à sa carte : il n’y a rien à expliquer pour l’instant."


class InsufficientBalance(Conflict):
    """A payout or a refund above what the coop may spend online."""

    code = "insufficient-balance"
    sentence = "Le solde disponible est de {available_euros}\u00a0: l’opération le dépasse. Rien n’a été enregistré."


class CashBoxTooLow(Conflict):
    """More than the cash box held on a day, or would hold on a later one."""

    code = "cash-box-too-low"
    sentence = "La caisse contient {cash_euros} à cette date\u00a0: l’opération la dépasse. Rien n’a été enregistré."


class RefundByCard(Conflict):
    """The coop would pay a family itself what can still go back to its card."""

    code = "refund-by-card"
    sentence = "Le solde en ligne ({available_euros}) permet de rembourser la carte\u00a0: demandez ce remboursement."


class RefundTooLarge(Conflict):
    """A refund above what was paid less what was already refunded."""

    code = "refund-too-large"
    sentence = "Le remboursement dépasse ce qui reste remboursable ({refundable_euros}). Rien n’a été enregistré."


class StatementDoesNotAddUp(Conflict):
    """Opening + receipts − disbursements − transfers is not the closing balance (S-160, AN-1)."""

    code = "statement-does-not-add-up"
    sentence = "Ce relevé ne tombe pas juste\u00a0: écart {gap_euros}. Il est refusé."


class LedgerCorrupt(LedgerError):
    """What is stored contradicts its own proof: the service stops rather than guess."""

    status = 500
    code = "ledger-corrupt"
    sentence = "Le registre présente une anomalie. L’équipe technique est prévenue\u00a0; rien n’est perdu."
