"""The outbox of the demonstration: one private file for each e-mail, never half of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.email import EmailInvalid, FolderTransport, TransportUnavailable
from tests.kit.example_emails import LETTER, SENDER, letter, part, read


def test_a_letter_becomes_a_private_file_that_mail_programs_open(tmp_path: Path) -> None:
    folder = tmp_path / "outbox" / "ad06"
    FolderTransport(folder, SENDER).send(LETTER)
    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    message = read(path.read_bytes())
    assert part(message, "plain") == LETTER.text
    assert message["To"] == LETTER.to


def test_the_same_letter_twice_is_one_file_and_another_letter_another(tmp_path: Path) -> None:
    post = FolderTransport(tmp_path, SENDER)
    post.send(LETTER)
    post.send(LETTER)
    assert len(list(tmp_path.iterdir())) == 1
    post.send(letter(key="../../ailleurs"))
    assert len(list(tmp_path.iterdir())) == 2


def test_the_name_of_a_file_says_nothing_of_the_recipient(tmp_path: Path) -> None:
    FolderTransport(tmp_path, SENDER).send(LETTER)
    (path,) = tmp_path.iterdir()
    assert "quatrebarbes" not in path.name
    assert "3f2a90b7c1" not in path.name


def test_a_disk_that_refuses_asks_to_try_again_and_keeps_no_half_letter(tmp_path: Path) -> None:
    post = FolderTransport(tmp_path, SENDER)
    post.send(LETTER)
    (path,) = tmp_path.iterdir()
    path.unlink()
    path.mkdir()
    with pytest.raises(TransportUnavailable):
        post.send(LETTER)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_asks_to_try_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()
    with pytest.raises(TransportUnavailable) as refused:
        FolderTransport(tmp_path / "outbox", SENDER).send(LETTER)
    assert str(tmp_path) not in str(refused.value)


def test_a_sender_that_is_no_address_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(EmailInvalid):
        FolderTransport(tmp_path, "coopledger")
