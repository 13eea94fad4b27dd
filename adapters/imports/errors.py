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
        "Ce fichier n’est pas un classeur (xlsx, ods, xls) ni un CSV lisible. "
        "Refaites l’export sur la plateforme, sans modifier le fichier. Rien n’a été importé."
    )


class FileProtected(FileRefused):
    """A workbook under a password."""

    code = "file-protected"
    sentence = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe. Rien n’a été importé."


class HoldsOtherFiles(FileRefused):
    """A workbook with another file inside, or that takes values from another workbook: no export has either."""

    code = "holds-other-files"
    sentence = (
        "Ce classeur contient un autre fichier, ou des liens vers un autre classeur. "
        "Donnez l’export tel que la plateforme l’a fait. Rien n’a été importé."
    )


class SheetTooWide(FileRefused):
    """A cell further right than any table has: a reader would make room for all the cells before it."""

    status: ClassVar[int] = 413
    code = "sheet-too-wide"
    sentence = (
        "Ce classeur a des cellules remplies au-delà de la colonne ZZ. "
        "Donnez l’export tel que la plateforme l’a fait. Rien n’a été importé."
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
    """The header row of a known table, without some of its columns; it says which table the file looks like."""

    code = "columns-missing"
    sentence = "Ce fichier ressemble à {table}. Colonnes manquantes\u00a0: {missing}. Rien n’a été importé."


class FormatUnknown(FileRefused):
    """No header row of any known table; it names the titles that a list of one's own needs and the file has not."""

    code = "format-unknown"
    sentence = (
        "Ce fichier n’est aucun des exports connus\u00a0: le tableau des paiements d’AssoConnect, "
        "l’export des versements de HelloAsso, le tableau des paiements d’une collecte de ce service. "
        "S’il est votre propre liste, il lui manque ces titres\u00a0: {missing}. "
        "Partez du fichier modèle de la page d’import. Rien n’a été importé."
    )


class OrdersOfHelloAsso(FileRefused):
    """HelloAsso's export of orders: what was ordered, not what was paid, under numbers that no payment has."""

    code = "helloasso-orders"
    sentence = (
        "Ce fichier est l’export des commandes (participants) de HelloAsso\u00a0: il ne dit pas ce qui a été encaissé. "
        "Prenez l’export des versements (colonnes «\u00a0paymentId\u00a0», «\u00a0paymentStatus\u00a0»). "
        "Rien n’a été importé."
    )


class ColumnsDoubled(FileRefused):
    """Two columns with the same title: which one counts cannot be known."""

    code = "columns-doubled"
    sentence = "La colonne «\u00a0{title}\u00a0» figure deux fois dans ce fichier. Rien n’a été importé."
