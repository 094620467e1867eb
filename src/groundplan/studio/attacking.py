"""Attacks, on a scratch copy that the studio keeps until it ends. Live data are never touched."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Generator
from dataclasses import dataclass

import psycopg

from groundplan.compose import Plan
from groundplan.database import connect
from groundplan.errors import GroundplanError, from_postgres
from groundplan.proof import Provable, Register, UnknownRule, Verdict, build_register, run_attack
from groundplan.proof.attack_copy import (
    application_grants,
    attack_copy,
    embedded_server_url,
    may_attack,
    open_copy,
)
from groundplan.snapshot import read_snapshot
from groundplan.studio.ground import Connection
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.settings import Settings

PATIENCE = "60s"
"""How long one statement of an attack may take."""

_FAREWELL_SECONDS = 10
"""How long the end of the studio waits for an attack that is being carried out."""


class StudioEnds(GroundplanError):
    """Nothing is begun any more."""


@dataclass(frozen=True)
class _Copy:
    plan: Plan
    connection: Connection
    register: Register

    def attack(self, rule: Provable, *, without_guard: bool) -> Verdict:
        try:
            # By its name in the copy: what somebody added to the database is not in there.
            own = self.register.named(f"{rule.table}.{rule.name}")
        except UnknownRule:
            return Verdict(
                rule,
                "unproven",
                message="It was added to this database, and the scratch copy has only what "
                "Groundplan installs.",
            )
        return run_attack(
            self.connection,
            own,
            without_guard=without_guard,
            app_grants=application_grants(self.plan),
        )


class ScratchCopy:
    """Made by the first attack, made anew when it is lost or something else was installed.

    One attack at a time: whoever comes second waits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._copy: _Copy | None = None
        self._held = contextlib.ExitStack()
        self._ends = False

    def is_ready(self, knowledge: Knowledge) -> bool:
        """Whether an attack can begin at once."""
        copy = self._copy
        return copy is not None and copy.plan is knowledge.plan and not copy.connection.closed

    def prepare(self, knowledge: Knowledge) -> None:
        """Make the copy if there is none. Raises CannotConnect, ServerStartFailed and others."""
        with self._lock, _translated():
            self._current(knowledge)

    def attack(self, knowledge: Knowledge, rule: Provable, *, without_guard: bool) -> Verdict:
        """What came of it; raises what `prepare` does."""
        with self._lock, _translated():
            copy = self._current(knowledge)
            try:
                verdict = copy.attack(rule, without_guard=without_guard)
            except psycopg.Error:
                if not copy.connection.closed:
                    raise
            else:
                if not copy.connection.closed:
                    return verdict
            # Somebody dropped it, or the server was started again.
            return self._current(knowledge).attack(rule, without_guard=without_guard)

    def close(self) -> None:
        """Drop the copy; an attack that is under way is ended."""
        self._ends = True
        copy = self._copy
        if copy is not None:
            with contextlib.suppress(psycopg.Error):
                copy.connection.cancel_safe(timeout=1)
        if self._lock.acquire(timeout=_FAREWELL_SECONDS):
            try:
                self._give_up()
            finally:
                self._lock.release()

    def _current(self, knowledge: Knowledge) -> _Copy:
        if self._ends:
            raise StudioEnds("The studio is about to end.")
        copy = self._copy
        if copy is not None and self.is_ready(knowledge):
            return copy
        self._give_up()
        server, is_the_kits = self._server()
        with contextlib.ExitStack() as stack:
            plan = knowledge.plan
            url = stack.enter_context(attack_copy(server, plan, keeps_template=is_the_kits))
            connection = open_copy(url)
            stack.callback(connection.close)
            connection.execute("select set_config('statement_timeout', %s, false)", [PATIENCE])
            name = f"groundplan studio {os.getpid()}: attacks"
            connection.execute("select set_config('application_name', %s, false)", [name])
            register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
            self._held = stack.pop_all()
            self._copy = _Copy(plan, connection, register)
        return self._copy

    def _server(self) -> tuple[str, bool]:
        """Where the copy is made, and whether that is the kit's own server."""
        url = self._settings.url
        with contextlib.closing(connect(url, autocommit=True)) as connection:
            if may_attack(connection):
                return url, self._settings.makes_roles
        return embedded_server_url(), True

    def _give_up(self) -> None:
        self._copy = None
        held, self._held = self._held, contextlib.ExitStack()
        # Where the server is gone, so is its database, or the next studio drops it.
        with contextlib.suppress(GroundplanError, psycopg.Error):
            held.close()


@contextlib.contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise from_postgres(error) from error
