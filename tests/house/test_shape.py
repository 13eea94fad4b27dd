"""The code stays in pieces that fit in a head."""

from collections import Counter

from tests.house.sources import PACKAGES, ROOT, files, files_in, functions, where

CODE = (".py", ".sql", ".html", ".css", ".js", ".typ")


def test_no_file_is_longer_than_400_lines() -> None:
    places = (*PACKAGES, "tests", "benchmarks")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files_in(*places, suffixes=CODE)}
    assert [f"{where(path)} {length} lines" for path, length in lengths.items() if length > 400] == []


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{where(path, function)} {function.name}"
        for path in files_in(*PACKAGES, "tests", "benchmarks")
        for function in functions(path)
        if (function.end_lineno or function.lineno) - function.lineno + 1 > 70
    ]
    assert long == []


def test_no_folder_of_the_packages_holds_more_than_12_python_files() -> None:
    counts = Counter(path.parent for path in files_in(*PACKAGES))
    assert [f"{folder.relative_to(ROOT)} {count}" for folder, count in counts.items() if count > 12] == []


def test_no_folder_of_the_tests_holds_more_than_20_python_files() -> None:
    counts = Counter(path.parent for path in files_in("tests"))
    assert [f"{folder.relative_to(ROOT)} {count}" for folder, count in counts.items() if count > 20] == []


def test_every_folder_of_python_files_is_a_package() -> None:
    folders = {path.parent for path in files_in(*PACKAGES, "tests")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_a_visitor_finds_what_he_looks_for_at_the_top() -> None:
    at_the_top = {path.name for path in files() if path.parent == ROOT}
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "compose.yaml", "dev"} <= at_the_top
