"""A coop names real sites alone: what is accepted becomes a directive of a content policy."""

from __future__ import annotations

import pytest

from domain.texts.origins import is_origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://ecole.example",
        "https://blog.ecole-jules-ferry.example:8443",
        "https://xn--cole-9oa.example",
        "https://3w.example:65535",
    ],
)
def test_a_real_site_is_one(origin: str) -> None:
    assert is_origin(origin)
    assert is_origin(origin, demo=True)


@pytest.mark.parametrize(
    "origin",
    [
        "http://ecole.example",
        "https://ecole.example:99999",
        "https://ecole.example:0",
        "https://ecole.example:",
        "https://a..b",
        "https://.example",
        "https://ecole.example.",
        "https://-ecole.example",
        "https://ecole-.example",
        "https://ecole",
        "https://10.0.0.1",
        "https://*.example",
        "https://ecole.example/page",
        "https://ecole.example https://autre.example",
        "https://ecole.example; script-src *",
        "https://École.example",
        "https://" + "a" * 64 + ".example",
        "https://" + "a." * 130 + "example",
        "https://ecole.example\n",
        "javascript://ecole.example",
        "null",
        "",
    ],
)
def test_what_is_no_real_site_over_https_is_refused(origin: str) -> None:
    assert not is_origin(origin)
    assert not is_origin(origin, demo=True)


@pytest.mark.parametrize(
    ("origin", "taken"),
    [
        ("http://localhost", True),
        ("http://localhost:8080", True),
        ("http://localhost:99999", False),
        ("http://localhost.example", False),
        ("http://127.0.0.1", False),
    ],
)
def test_a_site_of_this_machine_is_tried_out_in_the_demonstration_alone(origin: str, taken: bool) -> None:  # noqa: FBT001
    assert is_origin(origin, demo=True) is taken
    assert not is_origin(origin)
