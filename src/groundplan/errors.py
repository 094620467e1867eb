"""Every error Groundplan raises, and the mapping from PostgreSQL's errors to them.

``str(error)`` is what a user reads: what is wrong, then what to do. Nothing here parses prose: a
refused write is told by its SQLSTATE and by the diagnostic fields that the rule filled in. The one
exception is a failed connection attempt, for which libpq hands out no SQLSTATE.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import psycopg


class GroundplanError(Exception):
    """Groundplan could not do what was asked.

    ``message`` says what is wrong, ``hint`` what to do about it (may be None), ``exit_code`` is
    what a command ends with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


# Reaching a server ------------------------------------------------------------------------------


class CannotConnect(GroundplanError):
    """No connection to the database could be made."""

    exit_code = 3


class InvalidUrl(CannotConnect):
    """The database URL cannot be read."""


class HostUnreachable(CannotConnect):
    """Nothing answers at the host and port of the URL."""


class WrongPassword(CannotConnect):
    """The server does not accept this user with this password."""


class UnknownDatabase(CannotConnect):
    """The server has no database of this name."""


class PostgresTooOld(CannotConnect):
    """The server is older than PostgreSQL 15."""


class ServerStartFailed(GroundplanError):
    """The embedded PostgreSQL could not be started."""

    exit_code = 3


class DiskFull(GroundplanError):
    """The disk that holds the database, or an export of it, is full."""

    exit_code = 3


# The state of the database ----------------------------------------------------------------------


class PermissionDenied(GroundplanError):
    """The role lacks a privilege; the hint says which one is needed (SQLSTATE 42501)."""


class UnknownSchema(GroundplanError):
    """The database holds something of the same name that Groundplan did not make."""


class NotInstalled(GroundplanError):
    """Groundplan is not installed in this database."""

    def __init__(self, database: str) -> None:
        super().__init__(
            f"There is no Groundplan in the database {database}.",
            hint="Type `groundplan apply` to install it.",
        )


class LocaleProblem(GroundplanError):
    """The encoding or locale of the database would compare or store text wrongly."""


class WrongEncoding(LocaleProblem):
    """The database is not encoded in UTF8."""

    def __init__(self, database: str, encoding: str) -> None:
        super().__init__(
            f"The database {database} is encoded in {encoding}, and Groundplan needs UTF8.",
            hint="Create one with `create database … encoding 'UTF8' template template0`.",
        )


class BadFile(GroundplanError):
    """A file that was given holds something that cannot be used.

    ``row`` counts from 1 and includes the header line, as an editor shows it; ``column`` is the
    header's name. Both are None when the whole file is meant.
    """

    def __init__(self, file: Path | str, row: int | None, column: str | None, reason: str) -> None:
        place = str(file)
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {reason}")
        self.file = Path(file)
        self.row = row
        self.column = column
        self.reason = reason


class StatementFailed(GroundplanError):
    """PostgreSQL refused a statement for a reason that has no class of its own here."""

    def __init__(self, message: str, *, sqlstate: str | None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sqlstate = sqlstate


# Refused writes ---------------------------------------------------------------------------------


class RuleViolation(GroundplanError):
    """A rule of the database refused a write; nothing was changed.

    ``rule`` is the constraint's or rule's name, as in ``groundplan verify`` and the docs. It is
    None for NOT NULL before PostgreSQL 18, which is told by ``table`` and ``column``. ``schema``,
    ``table`` and ``column`` say where, as far as PostgreSQL reports it.
    """

    sqlstate: str = "23000"

    def __init__(
        self,
        message: str,
        *,
        sqlstate: str | None = None,
        rule: str | None = None,
        schema: str | None = None,
        table: str | None = None,
        column: str | None = None,
        detail: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.sqlstate = sqlstate or type(self).sqlstate
        self.rule = rule
        self.schema = schema
        self.table = table
        self.column = column
        self.detail = detail

    @property
    def given(self) -> str:
        """What was given and what is allowed, where a rule says so: PostgreSQL shows whole rows."""
        detail = self.detail or ""
        return detail if detail.endswith(f"Rule: {self.rule}.") else ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.given, self.hint) if part)


class IllegalTransition(RuleViolation):
    """A status may not change this way."""

    sqlstate = "23R01"


class AppendOnlyViolation(RuleViolation):
    """Rows of this table are never changed or deleted."""

    sqlstate = "23R02"


class FrozenViolation(RuleViolation):
    """This column can no longer change."""

    sqlstate = "23R03"


class BalanceViolation(RuleViolation):
    """The balance would leave its bounds."""

    sqlstate = "23R04"


class TotalViolation(RuleViolation):
    """A total disagrees with the rows it sums."""

    sqlstate = "23R05"


class CapViolation(RuleViolation):
    """The children would exceed the parent's amount."""

    sqlstate = "23R06"


class OverlapViolation(RuleViolation):
    """Two periods would overlap."""

    sqlstate = "23R07"


class CycleViolation(RuleViolation):
    """A row would become its own ancestor."""

    sqlstate = "23R08"


class UnknownReference(RuleViolation):
    """The row that is referred to does not exist."""

    sqlstate = "23R09"


class ConditionViolation(RuleViolation):
    """A condition over more than one row does not hold."""

    sqlstate = "23R10"


class ComputedViolation(RuleViolation):
    """This column is computed by the database and cannot be written."""

    sqlstate = "23R11"


class WriteNotAllowed(RuleViolation):
    """Only the rules write to this table."""

    sqlstate = "23R12"


class TenantNotSet(RuleViolation):
    """The session has not said which tenant it works for."""

    sqlstate = "23R13"


class ArgumentViolation(RuleViolation):
    """An argument of a verb cannot be used."""

    sqlstate = "23R14"


class NotNullViolation(RuleViolation):
    """A required column is empty."""

    sqlstate = "23502"


class ForeignKeyViolation(RuleViolation):
    """A reference would point nowhere."""

    sqlstate = "23503"


class UniqueViolation(RuleViolation):
    """Such a row exists already."""

    sqlstate = "23505"


class CheckViolation(RuleViolation):
    """A row breaks a condition of its table."""

    sqlstate = "23514"


class ExclusionViolation(RuleViolation):
    """A row conflicts with another one."""

    sqlstate = "23P01"


# Try again --------------------------------------------------------------------------------------


class Retryable(GroundplanError):
    """Another transaction came in between; the same work done again will succeed."""

    sqlstate: ClassVar[str]


class SerializationFailure(Retryable):
    """The transaction saw data that another one has since changed."""

    sqlstate = "40001"


class Deadlock(Retryable):
    """Two transactions waited for each other; this one was rolled back."""

    sqlstate = "40P01"


# From PostgreSQL --------------------------------------------------------------------------------

RULE_VIOLATIONS: dict[str, type[RuleViolation]] = {
    kind.sqlstate: kind
    for kind in (
        IllegalTransition,
        AppendOnlyViolation,
        FrozenViolation,
        BalanceViolation,
        TotalViolation,
        CapViolation,
        OverlapViolation,
        CycleViolation,
        UnknownReference,
        ConditionViolation,
        ComputedViolation,
        WriteNotAllowed,
        TenantNotSet,
        ArgumentViolation,
        NotNullViolation,
        ForeignKeyViolation,
        UniqueViolation,
        CheckViolation,
        ExclusionViolation,
    )
}
"""SQLSTATE of a refused write → the exception it becomes."""


def from_postgres(error: psycopg.Error) -> GroundplanError:
    """Translate an error of psycopg; the caller raises it, ``from error``.

    Told by SQLSTATE and diagnostic fields only. An unknown SQLSTATE of class 23 becomes a plain
    `RuleViolation`, anything else unknown a `StatementFailed` with PostgreSQL's own message.
    """
    state = error.sqlstate
    message = _sentence(error)
    hint = error.diag.message_hint
    if state is None:
        return CannotConnect(message, hint=hint)
    if state in RULE_VIOLATIONS or state.startswith("23"):
        return _rule_violation(error, state, message)
    if state in _BY_STATE:
        return _BY_STATE[state](message, hint)
    if state.startswith("08"):
        return CannotConnect(message, hint=hint)
    return StatementFailed(message, sqlstate=state, hint=hint)


def _rule_violation(error: psycopg.Error, state: str, message: str) -> RuleViolation:
    diag = error.diag
    return RULE_VIOLATIONS.get(state, RuleViolation)(
        message,
        sqlstate=state,
        rule=diag.constraint_name,
        schema=diag.schema_name,
        table=diag.table_name,
        column=diag.column_name,
        detail=diag.message_detail,
        hint=diag.message_hint,
    )


def _sentence(error: psycopg.Error) -> str:
    """PostgreSQL's primary message as a sentence: capital letter, full stop."""
    text = (error.diag.message_primary or str(error)).strip() or type(error).__name__
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


_BY_STATE: dict[str, Callable[[str, str | None], GroundplanError]] = {
    "40001": lambda message, hint: SerializationFailure(
        message, hint=hint or "Do the whole transaction again."
    ),
    "40P01": lambda message, hint: Deadlock(
        message, hint=hint or "Do the whole transaction again."
    ),
    "42501": lambda message, hint: PermissionDenied(
        message, hint=hint or "Ask the owner of the database for this privilege."
    ),
    "53100": lambda message, hint: DiskFull(
        message, hint=hint or "Free some space on the server's disk and try again."
    ),
    "28P01": lambda message, hint: WrongPassword(message, hint=hint),
    "28000": lambda message, hint: WrongPassword(message, hint=hint),
    "3D000": lambda message, hint: UnknownDatabase(message, hint=hint),
}
