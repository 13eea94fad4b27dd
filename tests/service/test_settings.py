"""What an installation says once: where its associations are, as far as telephones go."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.settings import Settings


def test_an_association_dials_as_in_france_unless_the_installation_says_other() -> None:
    settings = Settings(phone_regions="ad974=RE,ad988=NC")
    assert [settings.phone_region(slug) for slug in ("ad974", "ad988", "ad06")] == ["RE", "NC", "FR"]
    assert Settings().phone_region("ad974") == "FR"


@pytest.mark.parametrize("said", ["ad974", "ad974=", "ad974=re", "=RE", "ad974=RE;ad988=NC", "a=RE"])
def test_regions_that_cannot_be_read_stop_the_start(said: str) -> None:
    with pytest.raises(ValidationError):
        Settings(phone_regions=said)
