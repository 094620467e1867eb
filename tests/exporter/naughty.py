"""Texts that break exports, written into every column that takes them."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

NAUGHTY = (
    "",
    " ",
    "\\N",
    "\\.",
    "first\n\\.\nlast",
    "NULL",
    "null",
    '"',
    '""',
    "'; drop table sales.orders; --",
    'a "quoted" word',
    "comma, semicolon; tab\t pipe|",
    "line\nfeed",
    "carriage\rreturn",
    "both\r\nof them",
    "\n",
    "\r",
    "\ttab first",
    "ends with a backslash\\",
    "\\x41 \\u0041 \\101",
    "".join(chr(code) for code in range(1, 32)) + "\x7f",
    "\x80\x85\x9f\xa0\xad",
    "\u200b\u2028\u2029\ufeff",
    "\ufeffbyte order mark first",
    "مرحبا بالعالم",
    "שלום \u202eעולם\u202c",
    "👩🏽‍🚀 🏳️‍🌈 \U0001f1e9\U0001f1ea",
    "e\u0301 is not \u00e9",
    "\u0130 ß ﬁ Ⅷ",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0010ffff",
    "=1+1",
    "=HYPERLINK(\"http://example.com\"; \"click\")",
    "+49 30 1234",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "${jndi} %s %(name)s {0} {{}} $1 :name ?",
    "<script>alert(1)</script>",
    "true", "NaN", "Infinity", "0x1F", "1e400", "007", "2026-02-30",
)  # fmt: skip


def make_naughty(connection: psycopg.Connection[Any]) -> int:
    """Write a naughty text into every free text and JSON of every row; returns how many values.

    Codes, states and keys keep what they are: constraints are about them. The rows are changed past
    the rules, through the door of a restore, so that nothing is derived from them.
    """
    written = 0
    with connection.transaction():
        connection.execute("set local groundplan.tenant_id = '1'")
        connection.execute("set local groundplan.maintenance = 'restore of naughty texts'")
        for schema, table, column, type_, has_key in connection.execute(_FREE).fetchall():
            written += _write(connection, schema, table, column, type_, has_key)
    return written


_FREE = """
    select namespace.nspname, class.relname, attribute.attname, attribute.atttypid::regtype::text,
        exists (select from pg_attribute as key where key.attrelid = class.oid
            and key.attname = attribute.attname || '_key' and key.attgenerated = '')
    from pg_attribute as attribute
    join pg_class as class on class.oid = attribute.attrelid and class.relkind = 'r'
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname in ('core', 'catalog', 'crm', 'inventory', 'sales', 'fulfillment')
        and class.relname not in (
            'installed_modules', 'installed_objects', 'installed_catalog', 'role_tenants',
            'currencies', 'countries', 'units_of_measure', 'tenants', 'audit_personal')
        and attribute.attnum > 0 and not attribute.attisdropped and attribute.attgenerated = ''
        and (attribute.attname in ('name', 'note', 'recipient', 'organization', 'line_1', 'line_2',
                'postal_code', 'city', 'region', 'phone', 'created_by', 'changed_by', 'actor',
                'description', 'comment', 'reason', 'tracking_number', 'carrier', 'source', 'title',
                'given_name', 'family_name', 'company')
            or attribute.attname = 'custom_fields')
        and attribute.atttypid in ('text'::regtype, 'jsonb'::regtype)
    order by 1, 2, attribute.attnum
"""


def _write(
    connection: psycopg.Connection[Any],
    schema: str,
    table: str,
    column: str,
    type_: str,
    has_key: bool,
) -> int:
    """One text after the other into the rows; where a rule wants another one, the next is tried.

    A key beside the column is written with it: nothing is derived while rows are restored.
    """
    rows = connection.execute(
        sql.SQL("select ctid::text from {}").format(sql.Identifier(schema, table))
    ).fetchall()
    # Another beginning for every column: few rows, and still every text somewhere.
    start = sum(f"{schema}.{table}.{column}".encode()) % len(NAUGHTY)
    written = 0
    for number, (place,) in enumerate(rows):
        for offset in range(len(NAUGHTY)):
            text = NAUGHTY[(start + 7 * number + offset) % len(NAUGHTY)]
            statement = sql.SQL(
                "update {table} set {column} = {value}{key} where ctid = %(place)s::tid"
            ).format(
                table=sql.Identifier(schema, table),
                column=sql.Identifier(column),
                value=sql.SQL("jsonb_build_object(%(text)s::text, %(text)s::text)")
                if type_ == "jsonb"
                else sql.SQL("%(text)s"),
                key=sql.SQL(", {} = core.key_of(%(text)s)").format(sql.Identifier(f"{column}_key"))
                if has_key
                else sql.SQL(""),
            )
            try:
                with connection.transaction():
                    connection.execute(statement, {"text": text, "place": place})
            except psycopg.IntegrityError:
                continue
            written += 1
            break
    return written
