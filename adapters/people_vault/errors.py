"""What the vault refuses, each by name: the values given to these errors are identifiers, never a person's data."""

from __future__ import annotations

from domain.errors import AlreadyExists, LedgerError, NotFound


class VaultUnreadable(LedgerError):
    """A sealed row does not open: a wrong key, an altered byte, or a row moved to another person."""

    status = 500
    code = "vault-unreadable"
    sentence = (
        "Les coordonnées d’une personne sont illisibles\u00a0: le coffre a été altéré ou la clé n’est pas la bonne. "
        "Les comptes ne sont pas touchés."
    )


class VaultKeyMissing(LedgerError):
    """The environment gives no usable key for an association, or not the one that a row was sealed under."""

    status = 500
    code = "vault-key-missing"
    sentence = "La clé du coffre des personnes manque ou n’est pas valable. L’équipe technique doit la rétablir."


class PersonExists(AlreadyExists):
    """The identifier already stands for someone else, or for another purpose."""

    code = "person-exists"
    sentence = "Cette personne est déjà enregistrée avec d’autres informations."


class PersonMissing(NotFound):
    """The person is not in the vault: never was, or has been erased."""

    code = "person-missing"
    sentence = "Cette personne a été effacée ou n’a jamais été enregistrée."


class LinkInvalid(NotFound):
    """No token of ours, or one for something else."""

    code = "link-invalid"
    sentence = "Ce lien n’est pas valable. Ouvrez à nouveau celui de l’e-mail, en entier."


class LinkExpired(LedgerError):
    """The last day of the link is over."""

    status = 410
    code = "link-expired"
    sentence = "Ce lien n’est plus valable. Demandez-en un autre à la coopérative. Rien n’a été débité."
