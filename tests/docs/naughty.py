"""Tables with names that are hard to write down."""

from __future__ import annotations

from groundplan.snapshot.model import Column, Constraint, Index, Reference, Schema, Snapshot, Table

SCHEMA = 'Odd "one'
NAME = "a.b \"c\" % \\ 'é' #;"
LONG = "ß" * 31 + "x"
"""63 bytes."""

TABLES = (
    Table(
        SCHEMA,
        NAME,
        (
            Column("tenant_id", "integer", 1, not_null=True),
            Column("id", "uuid", 2, not_null=True),
            Column("ключ", "text", 3, comment="It's\na \\ key."),
            Column('x"y z', "numeric(19,4)[]", 4, default="'`'::text"),
            Column("1st", "timestamp with time zone", 5, default="now()"),
        ),
        (
            Constraint("pk", "primary_key", ("id",), ""),
            Constraint("uq", "unique", ("tenant_id", "id"), ""),
        ),
        (Index("odd 'x'", False, "gist", ("lower(a)", "id"), ("id",), "", predicate="(id > 1)"),),
        comment='Says "hello", it\'s\nall.',
    ),
    Table(
        SCHEMA,
        LONG,
        (
            Column("tenant_id", "integer", 1, not_null=True),
            Column("of_id", "uuid", 2, not_null=True),
            Column("maybe_id", "uuid", 3),
            Column("doubled", "integer", 4, generated="(1 * 2)"),
        ),
        (
            Constraint("alone", "unique", ("of_id", "tenant_id"), ""),
            Constraint(
                "of",
                "foreign_key",
                ("of_id", "tenant_id"),
                "",
                references=Reference(SCHEMA, NAME, ("id", "tenant_id"), "cascade", "no action"),
            ),
            Constraint(
                "maybe",
                "foreign_key",
                ("maybe_id", "tenant_id"),
                "",
                references=Reference(SCHEMA, NAME, ("id", "tenant_id"), "no action", "no action"),
            ),
            Constraint(
                "gone",
                "foreign_key",
                ("maybe_id",),
                "",
                references=Reference("else", "where", ("id",), "no action", "no action"),
            ),
        ),
    ),
    Table(SCHEMA, "part", (Column("id", "uuid", 1),), is_partition=True),
)
SNAPSHOT = Snapshot((Schema(SCHEMA, tables=TABLES),))
