"""Why there is no receipt, or no proof of one."""

from __future__ import annotations

from domain.errors import Conflict, LedgerError, NotFound


class NothingPaid(Conflict):
    """A basket that waits or was left: there is no payment to attest."""

    code = "nothing-paid"
    sentence = "Aucun paiement n’est enregistré pour ce panier\u00a0: il n’y a pas d’attestation à délivrer."


class ProofUnknown(NotFound):
    """The code of no receipt of ours."""

    code = "proof-unknown"
    sentence = (
        "Cette adresse ne correspond à aucune attestation que nous ayons délivrée. "
        "Lisez à nouveau le code, ou recopiez l’adresse en entier."
    )


class ProofOver(LedgerError):
    """A receipt of more than ten years ago."""

    status = 410
    code = "proof-over"
    sentence = (
        "Cette attestation a plus de dix ans\u00a0: elle ne peut plus être vérifiée ici. Écrivez à la coopérative."
    )
