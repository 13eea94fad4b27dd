"""A page that reads slowly is told the newest state when it has read, and holds nothing in between."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message

from service.http.live.viewer import News, Viewer


class SlowBrowser:
    """A browser that takes what it is sent only when it is told to."""

    def __init__(self) -> None:
        """Take nothing yet."""
        self.may_read = asyncio.Event()
        self.read: list[bytes] = []
        self.left = 0

    async def send(self, message: Message) -> None:
        """Wait as a server does whose connection is full."""
        await self.may_read.wait()
        self.read.append(message["body"])

    def leave(self) -> None:
        """Note that the page ended."""
        self.left += 1


def test_a_slow_browser_is_told_what_it_had_begun_to_read_and_then_the_newest() -> None:
    async def tell() -> list[bytes]:
        browser = SlowBrowser()
        viewer = Viewer(browser.send, browser.leave, None)
        for number in range(1_000):
            viewer.show(News(b"%d" % number), 0.0)
        assert viewer.shown is not None
        assert viewer.shown.message["body"] == b"999"
        assert len(asyncio.all_tasks()) == 2, "this one, and what waits for the browser"
        browser.may_read.set()
        await asyncio.sleep(0.01)
        viewer.show(News(b"1000"), 0.0)
        assert viewer.idle
        return browser.read

    assert asyncio.run(tell()) == [b"0", b"999", b"1000"]


def test_a_page_that_ended_is_told_nothing_more_even_of_what_waited() -> None:
    async def tell() -> tuple[list[bytes], int]:
        browser = SlowBrowser()
        viewer = Viewer(browser.send, browser.leave, None)
        viewer.show(News(b"1"), 0.0)
        viewer.show(News(b"2"), 0.0)
        viewer.end()
        viewer.end()
        browser.may_read.set()
        await asyncio.sleep(0.01)
        viewer.show(News(b"3"), 0.0)
        return browser.read, browser.left

    assert asyncio.run(tell()) == ([], 1)


@pytest.mark.parametrize("slow", [False, True])
def test_a_page_that_cannot_be_told_ends_and_others_do_not_notice(slow: bool) -> None:  # noqa: FBT001 - a case
    async def tell() -> tuple[bool, int]:
        browser = SlowBrowser()

        async def send(_message: Message) -> None:
            if slow:
                await asyncio.sleep(0)
            raise OSError

        viewer = Viewer(send, browser.leave, None)
        viewer.show(News(b"1"), 0.0)
        await asyncio.sleep(0.01)
        return viewer.gone, browser.left

    assert asyncio.run(tell()) == (True, 1)


def test_parts_are_written_as_they_are_while_the_server_takes_them_and_in_their_order() -> None:
    async def tell() -> tuple[list[bytes], list[bytes]]:
        browser, written = SlowBrowser(), list[bytes]()

        def write(part: bytes) -> bool:
            written.extend([part] if len(written) < 2 else [])
            return len(written) < 2 or written[-1] is part

        viewer = Viewer(browser.send, browser.leave, None, write)
        for number in range(5):
            viewer.show(News(b"%d" % number), 0.0)
        browser.may_read.set()
        await asyncio.sleep(0.01)
        return written, browser.read

    assert asyncio.run(tell()) == ([b"1\r\n0\r\n", b"1\r\n1\r\n"], [b"2", b"4"])
