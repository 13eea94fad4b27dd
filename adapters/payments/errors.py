"""What a call to the payment provider may end in, other than success.

They say what the caller may do next: nothing (Declined, ProviderMisuse), wait (ProviderUnavailable, FundsNotAvailable),
or find out (PaymentOutcomeUnknown). A card's data never comes here; the provider's codes are words that programs write.
"""

from __future__ import annotations

from domain.errors import Conflict, LedgerError


class ProviderError(LedgerError):
    """The payment provider did not do what was asked.

    Never 502: to the proxies in front of us that is a server that does not answer, and they put their own page there.
    """

    status = 503
    code = "provider-error"
    sentence = "Le prestataire de paiement n’a pas pu traiter la demande. Rien n’a été débité."


class CardRefused(ProviderError):
    """A bank did not let a kept card pay.

    ``refusal`` is the provider's code, ``decline`` the bank's own, ``advice`` what the card network says about trying
    again, ``intent`` the payment that was refused; empty is what was not said.
    """

    def __init__(self, *, refusal: str, decline: str, advice: str, intent: str) -> None:
        super().__init__(status=refusal, cause=decline, action=advice, detail=intent)
        self.reason = decline or refusal
        self.advice = advice
        self.intent = intent


class RequestFailed(ProviderError):
    """A request came to nothing, or its outcome is unknown.

    ``kind`` is what sort of failure it is, ``reason`` the provider's own code for it, ``request`` its name of the
    request, ``parameter`` what was wrong in it, ``detail`` our own words. The log tells all that is not None.
    """

    def __init__(
        self,
        *,
        kind: str | None = None,
        reason: str | None = None,
        request: str | None = None,
        parameter: str | None = None,
        detail: str | None = None,
    ) -> None:
        told = {"kind": kind, "status": reason, "cause": request, "missing": parameter, "detail": detail}
        super().__init__(**{name: value for name, value in told.items() if value is not None})
        self.kind = kind
        self.reason = reason
        self.request = request
        self.parameter = parameter


class Declined(CardRefused):
    """The card was refused."""

    status = 402
    code = "card-declined"
    sentence = "La carte a été refusée par la banque. Rien n’a été débité."


class ActionRequired(CardRefused):
    """The bank wants its customer to confirm: the payment must be made again in front of its holder."""

    status = 402
    code = "authentication-required"
    sentence = "La banque demande une confirmation du titulaire de la carte. Rien n’a été débité."


class PaymentOutcomeUnknown(RequestFailed):
    """The answer was lost: the same key, or a look at the object, tells the truth."""

    status = 503
    code = "payment-outcome-unknown"
    sentence = "Nous ne savons pas encore si le prestataire a traité la demande. Elle ne sera jamais faite deux fois."


class ProviderUnavailable(RequestFailed):
    """The provider did not begin: it is overloaded or out of reach; trying again later is safe."""

    status = 503
    code = "provider-unavailable"
    sentence = "Le prestataire de paiement ne répond pas. Réessayez dans un instant\u00a0: rien n’a été débité."


class NotKnownYet(ProviderError):
    """The provider has not named yet what an object stands for: looked at again, it will have (ADR 43).

    ``about`` is the object, ``missing`` what it does not say yet.
    """

    status = 503
    code = "not-known-yet"
    sentence = "Le prestataire de paiement n’a pas encore tout dit de cette opération. Elle sera relue."

    def __init__(self, *, about: str, missing: str) -> None:
        super().__init__(action=about, missing=missing)


class FundsNotAvailable(RequestFailed, Conflict):
    """The account at the provider does not hold enough available money yet."""

    status = 409
    code = "funds-not-available"
    sentence = "Les fonds ne sont pas encore disponibles chez le prestataire de paiement. L’opération attendra."


class ProviderMisuse(RequestFailed):
    """We asked something that makes no sense to the provider: an error of ours, for an operator to look at.

    To ask again would not help, so nobody is told when to.
    """

    code = "provider-misuse"
    sentence = (
        "Le prestataire de paiement a refusé cette demande. Rien n’a été débité. L’équipe technique est prévenue. "
        "Réessayez plus tard, ou adressez-vous à la coopérative."
    )
    again = False


class OtherCurrency(ProviderMisuse):
    """Money in another currency than the ledger's: nothing of ours asked for it, and as euros it would be wrong."""


class ObjectMissing(ProviderMisuse):
    """The provider does not have the object that we asked about, or not in this account."""


class NothingToRefund(RequestFailed, Conflict):
    """The payment does not hold what is to be given back: its bank took it back, or it was refunded elsewhere."""

    status = 409
    code = "nothing-to-refund"
    sentence = "Ce paiement a déjà été repris ou remboursé\u00a0: il n’y a plus rien à rendre."


class WebhookRefused(LedgerError):
    """A webhook event whose signature or age is not the provider's (payments: three endpoints, their secrets)."""

    status = 400
    code = "notification-refused"
    sentence = "Cette notification n’est pas authentique. Elle est refusée."


class ProviderModeMismatch(Conflict):
    """Real money and money for trials would mix: the provider's mode is not that of the association (S-04)."""

    code = "provider-mode-mismatch"
    sentence = (
        "L’association «\u00a0{association}\u00a0» et le prestataire de paiement ne vont pas ensemble\u00a0: une "
        "démonstration ne prend que de l’argent fictif, une association réelle que de l’argent réel. "
        "Rien n’a été débité."
    )


class ProviderMissing(Conflict):
    """This installation has no payment provider: nothing can be paid by card here."""

    code = "provider-missing"
    sentence = "Le paiement par carte n’est pas ouvert sur cette installation. Rien n’a été débité."
