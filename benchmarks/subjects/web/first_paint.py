"""A page read on a slow line with a slow telephone: slow 3G (400 kbit/s, 400 ms) and a processor four times slower."""

from __future__ import annotations

from typing import Final

from tests.kit.chromium import chromium

_BYTES: Final = 400_000 // 8
_RTT_MS: Final = 400
_SLOWER: Final = 4
_PAINTED: Final = """() => new Promise(resolve => {
    let last = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) last = entry.startTime; })
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => resolve(last), 1000);
})"""


def largest_paint(url: str, *, rounds: int) -> list[float]:
    """Return, for each of some first visits, when the largest part of the page was painted, in milliseconds."""
    found = []
    line = {"offline": False, "latency": _RTT_MS, "downloadThroughput": _BYTES, "uploadThroughput": _BYTES}
    with chromium() as browser:
        for _ in range(rounds):
            visit = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="fr-FR")
            page = visit.new_page()
            tools = visit.new_cdp_session(page)
            tools.send("Network.enable")
            tools.send("Network.emulateNetworkConditions", line)
            tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
            page.goto(url, wait_until="load")
            found.append(float(page.evaluate(_PAINTED)))
            visit.close()
    return found
