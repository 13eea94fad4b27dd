"""Why a whole file is refused, each with a French sentence for the person who gave it."""

from __future__ import annotations

from typing import ClassVar

from domain.errors import InvalidInput


class FileRefused(InvalidInput):
    """A payments file that cannot be read at all; nothing of it was imported."""

    code = "file-refused"
    sentence = "Ce fichier ne peut pas être lu. Rien n’a été importé."


class FileTooLarge(FileRefused):
    """More bytes, lines or unpacked bytes than a payments table can have."""

    status: ClassVar[int] = 413
    code = "file-too-large"
    sentence = (
        "Ce fichier est trop volumineux\u00a0: 20\u00a0Mo et 50\u202f000 lignes au plus. "
        "Exportez une période plus courte. Rien n’a été importé."
    )


class FileUnreadable(FileRefused):
    """Damaged, encrypted, not of its kind, or built to harm."""

    code = "file-unreadable"
    sentence = (
        "Ce fichier n’est pas un classeur Excel ni un CSV lisible. "
        "Refaites l’export sur la plateforme, sans modifier le fichier. Rien n’a été importé."
    )


class LineUnreadable(FileRefused):
    """A CSV whose quotes or cell lengths make no sense from some line on."""

    code = "line-unreadable"
    sentence = "Ce fichier est illisible à partir de la ligne {line}. Refaites l’export. Rien n’a été importé."


class EncodingRefused(FileRefused):
    """Bytes that are no French text: UTF-16, or a NUL byte."""

    code = "encoding-refused"
    sentence = (
        "Ce fichier n’est pas enregistré dans un codage connu. "
        "Enregistrez-le au format «\u00a0CSV UTF-8\u00a0». Rien n’a été importé."
    )


class ColumnsMissing(FileRefused):
    """No header row with the columns of a known export."""

    code = "columns-missing"
    sentence = (
        "Ce fichier n’est pas un tableau des paiements connu. "
        "Colonnes manquantes\u00a0: {missing}. Rien n’a été importé."
    )


class ColumnsDoubled(FileRefused):
    """Two columns with the same title: which one counts cannot be known."""

    code = "columns-doubled"
    sentence = "La colonne «\u00a0{title}\u00a0» figure deux fois dans ce fichier. Rien n’a été importé."
