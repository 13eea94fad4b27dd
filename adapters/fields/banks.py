"""Whose bank an IBAN is of: the name that people know, by the bank code that French IBANs hold.

Only banks that coops have accounts at are listed; of another its code is shown, which a bank's own paper (RIB) has too.
The codes are the Banque de France's (CIB); a test holds the list against another one.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_FRENCH: Final = ("FR", "MC")
_BANK: Final = slice(4, 9)
_CODES: Final = {
    "Crédit Mutuel": "10278 11628 11899 15489 15519 15629 16159",
    "CIC": "10057 10096 30027 30047 30066 30087 30568 41199",
    "Crédit Mutuel Arkéa": "14518 15589 18829",
    "La Banque Postale": "10011 14158 20041",
    "Crédit Agricole": """10206 11006 11206 11306 11706 12006 12206 12406 12506 12906 13106 13306 13506 13606 13906
        14006 14406 14506 14706 14806 16006 16106 16606 16706 16806 16906 17106 17206 17806 17906 18106 18206 18306
        18706 19106 19406 19506 19806 19906 30006""",
    "Banque Populaire": """10207 10807 10907 11907 13507 13807 14607 14707 15607 16607 16707 16807 17807 18707""",
    "BRED Banque Populaire": "10107",
    "Caisse d’Épargne": """11315 11425 12135 13135 13335 13485 13825 14265 14445 14505 15135 16275 17515 18025 18315
        18715""",
    "BNP Paribas": "30004 41919",
    "Société Générale": "30003",
    "Crédit du Nord": "30076",
    "LCL": "30002",
    "CCF": "18079",
    "HSBC France": "30056",
    "Crédit Coopératif": "42559",
    "La Nef": "21570",
    "Banque Palatine": "40978",
    "BoursoBank": "40618",
    "Trésor public": "10071",
    "Qonto": "16958",
    "Banque Calédonienne d’Investissement": "17499",
    "Banque SOCREDO": "17469",
    "Banque de Polynésie": "12149",
}
_NAMES: Final = {code: name for name, codes in _CODES.items() for code in re.findall(r"\d{5}", codes)}


class Bank(NamedTuple):
    """The bank that an IBAN is of: its country, its code where France gives one, its name where it is known."""

    country: str
    code: str
    name: str


def bank_of(iban: str) -> Bank:
    """Return the bank of an IBAN in its compact form."""
    country = iban[:2]
    if country not in _FRENCH:
        return Bank(country, "", "")
    code = iban[_BANK]
    return Bank(country, code, _NAMES.get(code, ""))


def known_banks() -> dict[str, str]:
    """Return the names of the banks that are known, by their codes."""
    return dict(_NAMES)
