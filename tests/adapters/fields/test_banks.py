"""The bank of an IBAN is named by its code, and the list of names is held against another one."""

from __future__ import annotations

from typing import Final

from schwifty import BIC
from schwifty.exceptions import SchwiftyException

from adapters.fields.banks import Bank, bank_of, known_banks
from adapters.fields.iban import read_iban

_FAMILIES: Final = {
    "Crédit Agricole": {"AGRI"},
    "Banque Populaire": {"CCBP"},
    "Caisse d’Épargne": {"CEPA"},
    "La Banque Postale": {"PSST", "CEFN"},
    "Crédit Mutuel": {"CMCI"},
    "CIC": {"CMCI"},
    "Crédit Mutuel Arkéa": {"CMBR", "FTNO"},
    "BNP Paribas": {"BNPA"},
    "Société Générale": {"SOGE"},
    "LCL": {"CRLY"},
}
"""The first four letters of the BICs of the larger networks."""


def _registered() -> dict[str, set[str]]:
    """The first letters of the BICs of the codes that we name, as another list has them; none where it has no such."""
    found = {}
    for code in known_banks():
        try:
            found[code] = {str(bic)[:4] for bic in BIC.candidates_from_bank_code("FR", code)}
        except SchwiftyException:
            continue
    return found


def test_every_code_that_is_named_is_one_of_a_bank_and_of_the_network_that_it_is_named_after() -> None:
    registered = _registered()
    assert [code for code in known_banks() if code not in registered] == []
    wrong = [
        (code, name, registered[code])
        for code, name in known_banks().items()
        if name in _FAMILIES and not registered[code] & _FAMILIES[name]
    ]
    assert wrong == []


def test_the_bank_of_an_iban_is_named_or_told_by_its_code_or_its_country() -> None:
    assert bank_of(read_iban("FR08 1027 8060 0000 0203 4567 866")) == Bank("FR", "10278", "Crédit Mutuel")
    assert bank_of(read_iban("FR14 2004 1010 0505 0001 3M02 606")) == Bank("FR", "20041", "La Banque Postale")
    assert bank_of(read_iban("FR18 9999 9010 0505 0001 3M02 606")) == Bank("FR", "99999", "")
    assert bank_of(read_iban("DE89 3704 0044 0532 0130 00")) == Bank("DE", "", "")
