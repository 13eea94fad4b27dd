"""What strangers can make as large as they like is worked on in processes with limits, and nowhere else."""

from __future__ import annotations

import ast
from typing import Final

import pytest

from tests.house.sources import files_in, tree, where

DRAWING: Final = frozenset(
    (
        *("draw_photo", "draw_picture", "read_attachment", "parse_payments", "parse_contacts"),
        *("render", "rendered", "rendered_receipt", "rendered_flyer"),
    )
)
"""The functions that decode pictures and workbooks, and those that set documents."""
LIMITED: Final = frozenset(("run_limited", "run"))
"""Who takes one of them as an argument, and runs it apart."""
OWN: Final = ("service/demo/", "service/pages/rendering.py", "service/pages/families/campaign.py")
"""The demonstration, which draws what it made itself; and pages, whose ``rendered`` is another: HTML from templates."""


def called_in_place(source: ast.Module) -> list[ast.Call]:
    """The calls of such a function where it stands, by its name or as an attribute."""
    calls = (node for node in ast.walk(source) if isinstance(node, ast.Call))
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in DRAWING]


def handed_over(source: ast.Module) -> set[str]:
    """The names of such functions that a file hands to who runs them apart."""
    calls = (node for node in ast.walk(source) if isinstance(node, ast.Call))
    apart = (call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in LIMITED)
    return {argument.id for call in apart for argument in call.args if isinstance(argument, ast.Name)} & DRAWING


def test_no_page_route_or_command_decodes_a_picture_or_sets_a_document_itself() -> None:
    ours = [path for path in files_in("service") if not where(path).startswith(OWN)]
    direct = [where(path, call) for path in ours for call in called_in_place(tree(path)) if not _is_template(call)]
    assert direct == []


def test_each_of_them_is_run_apart_somewhere() -> None:
    apart = {name for path in files_in("service") for name in handed_over(tree(path))}
    assert apart == DRAWING - {"render"}


@pytest.mark.parametrize("planted", ["draw_photo(content)", "rendering.render(report, 'pdf')"])
def test_a_planted_call_is_found(planted: str) -> None:
    assert called_in_place(ast.parse(planted))


def _is_template(call: ast.Call) -> bool:
    """Whether a call of ``render`` is Jinja's: an e-mail is made of a template of ours."""
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)
