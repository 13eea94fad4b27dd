"""``python -m benchmarks.rivals.bare_page FILE PORT``: the bytes of a file from a server that does nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send


def main() -> None:
    """Serve until ended."""
    content = Path(sys.argv[1]).read_bytes()
    headers = [(b"content-length", str(len(content)).encode()), (b"content-type", b"text/html; charset=utf-8")]

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    uvicorn.run(answer, port=int(sys.argv[2]), log_config=None, server_header=False, lifespan="off")


if __name__ == "__main__":
    main()
