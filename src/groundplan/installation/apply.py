"""Install a Plan, or complete and renew what is installed. One transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import psycopg

from groundplan import __version__
from groundplan.compose import Part, Plan
from groundplan.compose.plan import Tenancy, manifest_statement, schema_statement
from groundplan.database import retry
from groundplan.errors import GroundplanError, from_postgres
from groundplan.installation import refusals
from groundplan.installation.inventory import (
    CodeObject,
    Found,
    code_objects,
    dependents,
    drop_objects,
    record_objects,
    recorded_objects,
    restore_grants,
    saved_grants,
)
from groundplan.installation.manifest import InstalledModule, completed, installed_modules
from groundplan.installation.record import record_inventory, recorded_inventory
from groundplan.snapshot.differences import Finding, differences
from groundplan.snapshot.inventory import Inventory, read_inventory

LOCK = 0x67726F756E64706C
"""The advisory lock of whoever applies: "groundpl"."""

OnStep = Callable[[Part], None]

_SETTINGS = b"""\
set local client_min_messages = warning;
set local search_path = pg_catalog, pg_temp;
set local check_function_bodies = on;
set local quote_all_identifiers = off;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local lock_timeout = '10s'
"""

# What `create or replace` says when the shape of a function or view is another one: return type
# or parameter names, columns of a view, another kind of object, a second function that fits.
_OTHER_SHAPE = (
    psycopg.errors.InvalidFunctionDefinition,
    psycopg.errors.InvalidTableDefinition,
    psycopg.errors.WrongObjectType,
    psycopg.errors.AmbiguousFunction,
    psycopg.errors.DuplicateFunction,
)


@dataclass(frozen=True)
class Applied:
    """What was done. With ``dry_run`` it would have been, and all of it was taken back.

    ``modules`` are all that the database now holds, ``installed`` those that are new. ``written``
    counts the functions, views, triggers and policies, ``created`` names those that were not there
    before, ``dropped`` those that this version does not make any more, and ``kept`` those of them
    that something of yours stands on. ``put_back`` tells what was missing or different and is again
    as an earlier run left it, ``left`` what is not as recorded and stays so.
    """

    version: str
    tenancy: Tenancy
    modules: tuple[str, ...]
    installed: tuple[str, ...]
    written: int
    created: tuple[CodeObject, ...]
    dropped: tuple[CodeObject, ...]
    kept: tuple[CodeObject, ...]
    put_back: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    dry_run: bool = False


class _ShapeChanged(Exception):
    """Code has another shape than its predecessor and has to be dropped first."""

    def __init__(self, said: GroundplanError) -> None:
        super().__init__(str(said))
        self.said = said


def apply(
    connection: psycopg.Connection[Any],
    plan: Plan,
    *,
    dry_run: bool = False,
    on_step: OnStep | None = None,
) -> Applied:
    """Install the Plan, or complete what is installed; running it again changes nothing.

    The connection's role is an ordinary one with CREATE on the database; with no transaction in
    progress, else RuntimeError is raised. Tables of installed modules are not touched: code and
    reference data are replaced, and modules that are installed besides belong to the Plan.
    ``on_step`` is called before each file is run.

    Raises PostgresTooOld, LocaleProblem, UnknownSchema, PermissionDenied, ExtensionMissing,
    OtherVersion, TenancyIsFixed, TableInUse or DependedUpon; then nothing was changed.
    """
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise RuntimeError("the connection must have no transaction in progress")
    step = on_step or _quietly

    def work() -> Applied:
        try:
            return _in_transaction(connection, plan, dry_run, step, drop_first=False)
        except _ShapeChanged:
            return _in_transaction(connection, plan, dry_run, step, drop_first=True)

    # Writers may hold two tables in the other order: the transaction is done again.
    return retry(work, attempts=3)


def _quietly(part: Part) -> None:
    pass


def _in_transaction(
    connection: psycopg.Connection[Any],
    plan: Plan,
    dry_run: bool,
    step: OnStep,
    *,
    drop_first: bool,
) -> Applied:
    try:
        with connection.transaction():
            # Whoever waits for the lock has to see what the one before him committed.
            connection.execute("set transaction isolation level read committed, read write")
            connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            connection.execute(_SETTINGS)
            applied = _Application(connection, plan, step).run(drop_first=drop_first)
            if dry_run:
                raise psycopg.Rollback
    except psycopg.errors.LockNotAvailable as error:
        raise refusals.TableInUse(
            "Another session has been using a table of Groundplan for more than 10 seconds.",
            hint="Apply again when long transactions have ended; nothing was changed.",
        ) from error
    except psycopg.Error as error:
        raise from_postgres(error) from error
    return replace(applied, dry_run=dry_run)


class _Application:
    """One run inside the transaction."""

    def __init__(self, connection: psycopg.Connection[Any], plan: Plan, step: OnStep) -> None:
        self.connection = connection
        self.step = step
        refusals.check_server(connection)
        self.installed = installed_modules(connection)
        self.plan = completed(plan, self.installed)
        self.new = [
            module
            for module in self.plan.modules
            if module.name not in {each.name for each in self.installed}
        ]
        _check_manifest(self.plan, self.installed)
        refusals.check_schemas(
            connection, list(self.plan.schemas), [each.name for each in self.installed]
        )

    def run(self, *, drop_first: bool) -> Applied:
        connection = self.connection
        if self.installed:
            refusals.become_owner(connection)
        if self.new:
            refusals.check_create(connection)
        for module in self.new:
            connection.execute(schema_statement(module).encode())
        refusals.make_extension(connection)
        recorded = recorded_objects(connection) if self.installed else {}
        catalog = recorded_inventory(connection) if self.installed else None
        found = self._inventory() if self.installed else None
        before = set(self._code())
        ours = before & set(recorded)
        made = self._run_after_dropping(ours) if drop_first else self._run_parts()
        obsolete = (set(recorded) - set(made)) & set(self._code())
        kept = drop_objects(connection, obsolete)
        record_objects(connection, made | {each: recorded[each] for each in kept})
        connection.execute(manifest_statement(self.plan).encode())
        after = self._inventory()
        now = record_inventory(connection, recorded=catalog, before=found, after=after, made=made)
        left = tuple(each for each in differences(now, after) if not each.is_note)
        put_back = _put_back(catalog, found, now, left)
        return Applied(
            version=__version__,
            tenancy=self.plan.tenancy,
            modules=self.plan.schemas,
            installed=tuple(module.name for module in self.new),
            written=len(made),
            created=tuple(sorted(set(made) - before)),
            dropped=tuple(sorted(obsolete - set(kept))),
            kept=tuple(kept),
            put_back=put_back,
            left=left,
        )

    def _run_after_dropping(self, ours: set[CodeObject]) -> dict[CodeObject, str]:
        """Drop our code as far as nothing of yours stands on it, then run everything."""
        grants = saved_grants(self.connection, self.plan.schemas)
        stayed = drop_objects(self.connection, ours)
        reasons = dependents(self.connection, stayed)
        try:
            made = self._run_parts()
        except _ShapeChanged as error:
            raise _depended_upon(reasons, error.said) from error
        restore_grants(self.connection, grants, made)
        return made

    def _run_parts(self) -> dict[CodeObject, str]:
        """Run the files; returns the code they made, each with its module."""
        new = {module.name for module in self.new}
        made: dict[CodeObject, str] = {}
        versions: dict[CodeObject, str] = {}
        for module, parts in groupby(self.plan.parts, key=lambda part: part.module):
            for part in parts:
                if part.phase != "state" or module in new:
                    self.step(part)
                    self._run(part)
            for each, found in self._code().items():
                if found.is_new and versions.get(each) != found.version:
                    versions[each] = found.version
                    made[each] = module
        return made

    def _run(self, part: Part) -> None:
        try:
            self.connection.execute(part.sql.encode())
        except _OTHER_SHAPE as error:
            if part.phase == "state":
                raise
            raise _ShapeChanged(from_postgres(error)) from error

    def _code(self) -> dict[CodeObject, Found]:
        return code_objects(self.connection, self.plan.schemas)

    def _inventory(self) -> Inventory:
        return read_inventory(self.connection, self.plan.schemas)


def _put_back(
    recorded: Inventory | None, before: Inventory | None, now: Inventory, left: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """What was not as recorded, and is again. What an upgrade has made otherwise is not."""
    if recorded is None or before is None:
        return ()
    remaining = {each.place for each in left}
    return tuple(
        each
        for each in differences(recorded, before)
        if not each.is_note
        and each.what != "foreign"
        and each.place not in remaining
        and now.objects.get(each.place) == recorded.objects[each.place]
    )


def _check_manifest(plan: Plan, installed: tuple[InstalledModule, ...]) -> None:
    """Raises OtherVersion or TenancyIsFixed."""
    for module in installed:
        if module.state_digest != plan.state_digest(module.name):
            raise refusals.OtherVersion(
                f"The tables of {module.name} were made by Groundplan {module.version}, and those "
                f"of this version, {__version__}, are different.",
                hint="Use that version, or install this one in a new database: tables are not "
                "changed by apply.",
            )
        if module.tenancy != plan.tenancy:
            words = {"single": "a single company", "multi": "several tenants"}
            raise refusals.TenancyIsFixed(
                f"The database was made for {words[module.tenancy]}, and that cannot be changed "
                "afterwards: its rows and sessions do not say whose they are."
                if module.tenancy == "single"
                else f"The database was made for {words[module.tenancy]}, and that cannot be "
                "changed afterwards: without policies, everybody would see the rows of all.",
                hint="Leave the tenancy out, or install in a new database.",
            )


def _depended_upon(reasons: list[str], said: GroundplanError) -> GroundplanError:
    """Something of the user's stands on code of another shape; else what PostgreSQL said."""
    theirs = [
        reason
        for reason in reasons
        if not reason.startswith(("default value", "constraint", "column", "table"))
    ]
    if not theirs:
        return said
    return refusals.DependedUpon(
        f"Code of Groundplan has a new shape, and something stands on it: {'; '.join(theirs[:3])}.",
        hint="Drop that, apply, and create it again; nothing was changed.",
    )
