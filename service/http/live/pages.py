"""All open pages of this process: which views they look at, and what is heard of these.

It listens from the first page to the last. Notices say which campaign, coop or contribution moved: pages of another
are not woken. While notices would not be heard, views are read every few seconds instead.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from contextvars import Context
from typing import Final
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import Request

from adapters.connections import DatabaseAwayError
from service.http.live.channel import AGAIN, Channel, Source
from service.http.live.rights import Credential, SharedRights
from service.http.live.viewer import News, Viewer
from service.runtime.read_feed import Moved, ReadFeed
from service.runtime.runtime import Runtime

HEARTBEAT: Final = 15.0
"""Seconds after which a page is told something in any case, so that a proxy keeps its connection."""
_BEAT: Final = News(b": ping\n\n")
_TICK: Final = 1.0
_FOR_EACH: Final = 0.01
"""Seconds for each view between two readings of all of them, while nothing would be heard of any."""


class LivePages:
    """The open pages of an application, in its event loop."""

    def __init__(self, runtime: Runtime, reading: CapacityLimiter) -> None:
        """Begin with none; ``reading`` is how many views may be read at once."""
        self._runtime = runtime
        self._reading = reading
        self._channels: dict[tuple[str, str, UUID], Channel] = {}
        self._named: defaultdict[tuple[str, UUID], set[Channel]] = defaultdict(set)
        self._rights: dict[str, SharedRights] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._confirming: dict[SharedRights, asyncio.Task[None]] = {}

    @property
    def _feed(self) -> ReadFeed:
        return self._runtime.feed

    def __len__(self) -> int:
        """How many pages are open."""
        return sum(len(channel.viewers) for channel in self._channels.values())

    async def join(self, viewer: Viewer, source: Source, credential: Credential | None) -> None:
        """Take a page in, and have it told what it shows."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._feed.subscribe(self._heard)
            self._ticking = self._loop.create_task(self._tick(), context=Context())
        channel = self._channel(source)
        channel.viewers[viewer] = None if credential is None else self._share_rights(viewer, credential)
        if self._feed.ended:
            viewer.end()
        else:
            await channel.welcome(viewer, heard=self._hears(channel))

    def leave(self, viewer: Viewer, source: Source) -> None:
        """Let a page go, and with the last of them whatever was kept for them."""
        viewer.leave()
        channel = self._channels[source.key]
        rights = channel.viewers.pop(viewer)
        if not channel.viewers:
            channel.close()
            del self._channels[source.key]
            for name in channel.source.names:
                self._named[source.schema, name].discard(channel)
                if not self._named[source.schema, name]:
                    del self._named[source.schema, name]
        if rights is not None:
            rights.leave(viewer)
            if not rights:
                self._rights = {name: kept for name, kept in self._rights.items() if kept is not rights}
        if not self._channels:
            self._rest()

    def _channel(self, source: Source) -> Channel:
        channel = self._channels.get(source.key)
        if channel is None:
            channel = self._channels[source.key] = Channel(source, self._reading)
            for name in source.names:
                self._named[source.schema, name].add(channel)
        return channel

    def _share_rights(self, viewer: Viewer, credential: Credential) -> SharedRights:
        rights = self._rights.get(credential.shared_by)
        if rights is None:
            rights = self._rights[credential.shared_by] = credential.make()
        rights.join(viewer)
        return rights

    def _hears(self, channel: Channel) -> bool:
        """Tell whether it would be heard that a view moved."""
        return channel.source.hears and self._feed.listening

    def _rest(self) -> None:
        """Hear nothing more, until somebody comes again."""
        self._feed.unsubscribe(self._heard)
        self._loop = None
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

    def _heard(self, schema: str, moved: Moved) -> None:
        """Pass a notice on from the feed's thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop of an application that has ended
                loop.call_soon_threadsafe(self._hear, schema, moved)

    def _hear(self, schema: str, moved: Moved) -> None:
        """Wake what a notice is about."""
        if self._feed.ended:
            for viewer in [viewer for channel in self._channels.values() for viewer in channel.viewers]:
                viewer.end()
            return
        for rights in self._rights.values():
            if not schema or schema in rights.names:
                self._confirm(rights)
        for channel in self._about(schema, moved):
            channel.move()

    def _about(self, schema: str, moved: Moved) -> set[Channel]:
        """The views that a notice is about; one that names nothing is about all of its schema."""
        if moved is None:
            return {channel for channel in self._channels.values() if channel.source.schema == schema or not schema}
        named = self._named
        return {channel for name in moved if (schema, name) in named for channel in named[schema, name]}

    def _confirm(self, rights: SharedRights) -> None:
        """Have rights asked for again, now."""
        if rights not in self._confirming:
            self._confirming[rights] = asyncio.get_running_loop().create_task(self._ask(rights), context=Context())

    async def _ask(self, rights: SharedRights) -> None:
        try:
            with suppress(DatabaseAwayError):  # nothing is told before somebody can say
                await rights.confirm()
        finally:
            del self._confirming[rights]

    async def _tick(self) -> None:
        """Once a second: ask for rights, read what is not heard of, and keep quiet connections alive."""
        loop, read_at = asyncio.get_running_loop(), 0.0
        while True:
            await asyncio.sleep(_TICK)
            now = loop.time()
            for rights in self._rights.values():
                self._confirm(rights)
            unheard = now >= read_at
            if unheard:
                read_at = now + max(AGAIN, _FOR_EACH * len(self._channels))
            for channel in tuple(self._channels.values()):
                if unheard and not self._hears(channel):
                    channel.move()
                for viewer in channel.viewers:
                    if now - viewer.told_at >= HEARTBEAT and viewer.idle:
                        viewer.tell(_BEAT, now)


def live_pages_of(request: Request) -> LivePages:
    """Return the open pages of the running application."""
    pages: LivePages = request.app.state.live_pages
    return pages
