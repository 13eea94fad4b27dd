"""Families on the public page: fifty at once against the same bytes from a bare server, and one on a slow line.

A visitor here never reads: the next request leaves as soon as the answer is there, which is harder than any evening
in September. The server has a process of its own; the visitors are the other core.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from adapters.files import draw_picture
from adapters.local_postgres import LocalPostgres
from benchmarks.figures import Figure
from benchmarks.first_paint import largest_paint
from benchmarks.processes import free_port, payment_site, process, wait_for
from domain.campaign.settings import EditDetails
from domain.events.campaign import CampaignDetails
from service.demo.picture import draw_school

VISITORS: Final = 50
_TARGET_MS: Final = 40.0
_PAINT_MS: Final = 1_500.0
_DETAILS: Final = CampaignDetails(
    title="Contributions volontaires des familles",
    description="La coopérative scolaire, par ses projets, contribue à l’éducation des enfants.\n\n" * 4,
    terms="La contribution est volontaire.",
)


def measure_visiting(folder: Path, *, rounds: int, seconds: float) -> list[Figure]:
    """Let visitors read in rounds, ours and the bare server's in turn; then paint the page on a slow telephone."""
    ours, bare = [], []
    postgres = LocalPostgres(folder, durable=True)
    postgres.start()
    try:
        with payment_site(postgres) as (world, site):
            world.do(EditDetails, details=_DETAILS)
            page = f"/{site.association}/contribuer/{site.campaign_id}"
            wait_for_text(site.service + page, "éducation")
            kept = folder.parent / "page.html.gz"
            with httpx2.stream("GET", site.service + page) as answer:
                kept.write_bytes(b"".join(answer.iter_raw()))
            port = free_port()
            with process("benchmarks.bare_server", str(kept), str(port)):
                wait_for(f"http://127.0.0.1:{port}/")
                for _ in range(rounds):
                    bare.append(asyncio.run(_visit(port, "/", seconds)))
                    ours.append(asyncio.run(_visit(int(site.service.rsplit(":", 1)[1]), page, seconds)))
            paints = [largest_paint(site.service + page, rounds=5)]
            drawn = draw_picture(draw_school())
            world.runtime.ledger(site.association).files.keep_picture(drawn)
            world.do(EditDetails, details=msgspec.structs.replace(_DETAILS, picture=str(drawn.ref)))
            wait_for_text(site.service + page, "srcset")
            paints.append(largest_paint(site.service + page, rounds=5))
    finally:
        postgres.destroy()
    return _figures(ours, bare, paints)


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


def _figures(ours: list[list[float]], bare: list[list[float]], paints: list[list[float]]) -> list[Figure]:
    """The slowest answers and the rate against the bare server; the paints, without and with a picture, their limit."""
    slow = statistics.median(map(_p95, ours))
    pairs = list(zip(ours, bare, strict=True))
    tail = statistics.median(_p95(mine) / _p95(other) for mine, other in pairs)
    rate = statistics.median(len(mine) / len(other) for mine, other in pairs)
    limit = f"{_PAINT_MS:.0f} ms"
    plain, pictured = (statistics.median(rounds) for rounds in paints)
    return [
        Figure(f"{VISITORS} visitors at once, p95", slow, "ms", f"{_TARGET_MS:.0f} ms", slow / _TARGET_MS, "≤ 1.0"),
        Figure("  the same, p95", slow, "ms", "a bare server, same bytes", tail, "–"),
        Figure("  pages", statistics.median(map(len, ours)), "a round", "a bare server, same bytes", rate, "–"),
        Figure("largest paint, slow 3G, CPU ÷ 4", plain, "ms", limit, plain / _PAINT_MS, "≤ 1.0"),
        Figure("  the same with a picture", pictured, "ms", limit, pictured / _PAINT_MS, "≤ 1.0"),
    ]
