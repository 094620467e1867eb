"""Tell open dashboards that their numbers have changed.

However many look at the same selection, one task asks for it, once a second, as long as somebody
looks. A question goes to the database in a thread, so that nobody else waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

from groundplan.errors import GroundplanError

PAUSE = 1.0
"""Seconds between two questions."""

SILENCE = 15.0
"""Seconds after which a comment tells browsers and proxies that the line is alive."""

Key = TypeVar("Key")


def event(name: str, **values: object) -> str:
    """A server-sent event."""
    return f"event: {name}\ndata: {json.dumps(values)}\n\n"


LOST = event("lost")


class Feed(Generic[Key]):
    """One selection and those who look at it."""

    def __init__(self, ask: Callable[[Key], str], key: Key) -> None:
        self._ask = ask
        self._key = key
        self._last: str | None = None
        self._task: asyncio.Task[None] | None = None
        self.listeners: set[asyncio.Queue[str]] = set()

    def join(self) -> asyncio.Queue[str]:
        """Begin to listen; what was said last is heard at once."""
        mine: asyncio.Queue[str] = asyncio.Queue()
        if self._last is not None:
            mine.put_nowait(self._last)
        self.listeners.add(mine)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return mine

    def leave(self, mine: asyncio.Queue[str]) -> bool:
        """Stop listening; returns whether nobody is left."""
        self.listeners.discard(mine)
        if not self.listeners and self._task is not None:
            self._task.cancel()
            self._task = None
        return not self.listeners

    async def _run(self) -> None:
        while True:
            try:
                said = await asyncio.to_thread(self._ask, self._key)
            except GroundplanError:
                said = LOST
            if said != self._last:
                self._last = said
                for listener in self.listeners:
                    listener.put_nowait(said)
            await asyncio.sleep(PAUSE)


class Feeds(Generic[Key]):
    """All that are listened to. ``ask`` returns an event; it is called in a thread."""

    def __init__(self, ask: Callable[[Key], str]) -> None:
        self._ask = ask
        self._feeds: dict[Key, Feed[Key]] = {}

    def __len__(self) -> int:
        return len(self._feeds)

    async def listen(self, key: Key) -> AsyncGenerator[str]:
        """Events of a selection, until the caller goes."""
        feed = self._feeds.setdefault(key, Feed(self._ask, key))
        mine = feed.join()
        try:
            # What comes first opens the line, whatever the database does.
            yield ": here\n\n"
            while True:
                said = ": still here\n\n"
                with contextlib.suppress(TimeoutError):
                    said = await asyncio.wait_for(mine.get(), SILENCE)
                yield said
        finally:
            if feed.leave(mine):
                self._feeds.pop(key, None)
