"""Clients as processes of their own: what one client computes does not hold up the others."""

from __future__ import annotations

import importlib
import multiprocessing
import time
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any, Protocol


class Contender(Protocol):
    """What a module of ``race.contenders`` gives: ``open(url)`` returns something that is called.

    Each of its public methods is a command.
    """


@dataclass(frozen=True)
class Timed:
    """An answer, how long it took, and the time on a core of the client; both in seconds."""

    answer: Any
    seconds: float
    cpu: float


class Client:
    """One process that has opened one system."""

    def __init__(self, module: str, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.module = module
        self._process = context.Process(target=_serve, args=(module, url, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.receive()

    def send(self, command: str, *arguments: Any) -> None:
        """Begin a command, without waiting for its answer."""
        self._pipe.send((command, arguments))

    def receive(self) -> Timed:
        """Wait for the answer; raises SystemExit with the client's traceback if it failed."""
        try:
            good, answer = self._pipe.recv()
        except EOFError:
            raise SystemExit(f"the client of {self.module} has ended") from None
        if not good:
            raise SystemExit(f"the client of {self.module} failed:\n{answer}")
        return answer

    def call(self, command: str, *arguments: Any) -> Timed:
        """Send and receive."""
        self.send(command, *arguments)
        return self.receive()

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.terminate()


@contextmanager
def clients(module: str, url: str, count: int) -> Generator[list[Client]]:
    """So many clients of one system, opened; ended afterwards."""
    opened: list[Client] = []
    try:
        for _ in range(count):
            opened.append(Client(module, url))
        yield opened
    finally:
        for client in opened:
            client.close()


def together(team: Sequence[Client], command: str, arguments: Sequence[tuple[Any, ...]]) -> Timed:
    """The same command in all clients at once, with one's own arguments each.

    The seconds are those from the first sent to the last received, the CPU time is the sum.
    """
    began = time.perf_counter()
    for client, own in zip(team, arguments, strict=True):
        client.send(command, *own)
    answers = [client.receive() for client in team]
    seconds = time.perf_counter() - began
    return Timed([one.answer for one in answers], seconds, sum(one.cpu for one in answers))


def _serve(module: str, url: str, pipe: Pipe) -> None:
    """The client's side: opens the system, then does what it is told until the pipe is closed."""
    system: Any = None
    command, arguments = "open", (url,)
    while True:
        try:
            began, cpu = time.perf_counter(), time.process_time()
            if system is None:
                system = importlib.import_module(f"race.contenders.{module}").open_system(url)
                answer: Any = None
            else:
                answer = getattr(system, command)(*arguments)
            timed = Timed(answer, time.perf_counter() - began, time.process_time() - cpu)
            pipe.send((True, timed))
        except Exception:
            pipe.send((False, traceback.format_exc()))
        try:
            command, arguments = pipe.recv()
        except (EOFError, OSError):
            return
