"""Run the studio until Ctrl-C."""

from __future__ import annotations

import contextlib
import socket
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from groundplan.errors import GroundplanError
from groundplan.studio.app import create_app
from groundplan.studio.settings import HOST, PORT, Settings

_TRIED = 20
"""Ports, when none was asked for."""


class PortTaken(GroundplanError):
    """Something else listens there."""

    exit_code = 3


def listening(port: int | None) -> socket.socket:
    """A socket on the loopback interface: on ``port``, or on the first free one from 4747 on.

    Raises PortTaken.
    """
    wanted = range(PORT, PORT + _TRIED) if port is None else (port,)
    for each in wanted:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, each))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    raise PortTaken(
        f"Port {port} is in use." if port is not None else f"Ports from {PORT} on are in use.",
        hint="Name a free one with --port.",
    )


def serve(settings: Settings, listener: socket.socket, told: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. ``told`` gets the address once the studio answers there."""
    settings = replace(settings, port=listener.getsockname()[1])
    # The server has ended in good order by the time the signal comes back.
    with contextlib.suppress(KeyboardInterrupt):
        Server(settings, lambda: told(settings.address)).run(sockets=[listener])


class Server(uvicorn.Server):
    """Says when it has begun; at the end lets go of open event streams, and of the scratch copy."""

    def __init__(self, settings: Settings, begun: Callable[[], None]) -> None:
        self._app = create_app(settings)
        super().__init__(
            uvicorn.Config(
                self._app,
                log_level="warning",
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for kept in (self._app.state.verifier, self._app.state.scratch_copy):
            await to_thread(kept.close)
