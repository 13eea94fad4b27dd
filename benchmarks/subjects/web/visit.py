"""Families on the public page: fifty at once against the same bytes from a bare server, and one on a slow line.

A visitor here never reads: the next request leaves as soon as the answer is there, which is harder than any evening
in September. The server has a process of its own; the visitors are the other core.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import Final

import httpx2
import msgspec

from adapters.files import draw_picture
from benchmarks.bench import Bench
from benchmarks.deployment.processes import free_port, process, wait_for
from benchmarks.deployment.site import open_site
from benchmarks.figures import Claim, Figure, at_most, interleave
from benchmarks.subject import Subject
from benchmarks.subjects.web.first_paint import largest_paint
from domain.campaign.settings import EditDetails
from domain.events.campaign import CampaignDetails
from service.demo.material.picture import draw_school

VISITORS: Final = 50
_TARGET_MS: Final = 40.0
_PAINT_MS: Final = 1_500.0
_BARE: Final = "a bare server, same bytes"
_SLOW: Final = at_most(f"{VISITORS} visitors at once, p95", "ms", _TARGET_MS)
_TAIL: Final = Claim("  the same, p95", "ms", _BARE)
_PAGES: Final = Claim("  pages", "a round", _BARE)
_PLAIN: Final = at_most("largest paint, slow 3G, CPU ÷ 4", "ms", _PAINT_MS)
_PICTURED: Final = at_most("  the same with a picture", "ms", _PAINT_MS)
_DETAILS: Final = CampaignDetails(
    title="Contributions volontaires des familles",
    description="La coopérative scolaire, par ses projets, contribue à l’éducation des enfants.\n\n" * 4,
    terms="La contribution est volontaire.",
)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Let visitors read in rounds, ours and the bare server's in turn; then paint the page on a slow telephone."""
    rounds, seconds = bench.choose((5, 5.0), (2, 2.0))
    visits = bench.choose(5, 2)
    with bench.postgres("visit") as postgres, open_site(postgres) as site:
        site.world.do(EditDetails, details=_DETAILS)
        page = f"/{site.place.association}/contribuer/{site.place.campaign_id}"
        address = site.place.service + page
        wait_for_text(address, "éducation")
        kept = bench.folder / "page.html.gz"
        with httpx2.stream("GET", address) as answer:
            kept.write_bytes(b"".join(answer.iter_raw()))
        port = free_port()
        with process("benchmarks.rivals.bare_page", str(kept), str(port)):
            wait_for(f"http://127.0.0.1:{port}/")
            runs = interleave(
                {
                    "bare": lambda: asyncio.run(_visit(port, "/", seconds)),
                    "ours": lambda: asyncio.run(_visit(site.port, page, seconds)),
                },
                rounds,
            )
        yield from _figures(runs["ours"], runs["bare"])
        yield _paint(_PLAIN, largest_paint(address, rounds=visits))
        drawn = draw_picture(draw_school())
        site.world.runtime.ledger(site.place.association).files.keep_picture(drawn)
        site.world.do(EditDetails, details=msgspec.structs.replace(_DETAILS, picture=str(drawn.ref)))
        wait_for_text(address, "srcset")
        yield _paint(_PICTURED, largest_paint(address, rounds=visits))


def wait_for_text(url: str, text: str) -> None:
    """Wait until a page says something: read models are a moment behind."""
    end = time.monotonic() + 30
    while text not in httpx2.get(url).text:
        assert time.monotonic() < end, f"{url} never says {text}"
        time.sleep(0.05)


async def _visit(port: int, path: str, seconds: float) -> list[float]:
    """Have all visitors ask for a page again and again; return how long each answer took, in seconds."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n\r\n".encode()
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def visitor() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(visitor() for _ in range(VISITORS)))
    return latencies


def _p95(latencies: list[float]) -> float:
    """What 95 of 100 answers need at most, in milliseconds."""
    return sorted(latencies)[len(latencies) * 95 // 100] * 1e3


def _figures(ours: list[list[float]], bare: list[list[float]]) -> Iterator[Figure]:
    """The slowest answers, and the rate against the bare server."""
    slow = statistics.median(map(_p95, ours))
    pairs = list(zip(ours, bare, strict=True))
    tail = statistics.median(_p95(mine) / _p95(other) for mine, other in pairs)
    rate = statistics.median(len(mine) / len(other) for mine, other in pairs)
    yield _SLOW.figure(slow, slow / _TARGET_MS)
    yield _TAIL.figure(slow, tail)
    yield _PAGES.figure(statistics.median(map(len, ours)), rate)


def _paint(claim: Claim, times: list[float]) -> Figure:
    """When the largest part of the page was painted, against its limit."""
    median = statistics.median(times)
    return claim.figure(median, median / _PAINT_MS)


VISIT: Final = Subject(
    "visit",
    f"{VISITORS} families on the public page at once, and one on a slow line with a slow telephone",
    2.5,
    (_SLOW, _TAIL, _PAGES, _PLAIN, _PICTURED),
    _measure,
)
