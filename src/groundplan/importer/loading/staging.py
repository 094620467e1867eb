"""The rows of the files in temporary tables: ``staged`` as read, ``records`` put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from groundplan.importer.entities.entity import Field
from groundplan.importer.files.table import Table
from groundplan.importer.mapping.cells import default_of
from groundplan.importer.mapping.model import FileMapping
from groundplan.importer.mapping.rows import LookedUp, RowReader, Staged

Connection = psycopg.Connection[tuple[Any, ...]]
Told = Callable[[int, float], None]
"""Called with the rows read so far and the share of the files that is behind."""

_TELL_EVERY = 2_000

_ROW_COLUMNS = (
    "row_number", "file_number", "line", "cells", "record_key", "reason", "column_name", "detail",
    "has_line", "digest", "custom_fields", "line_custom_fields",
    "currencies",
)  # fmt: skip

_MAKE = """
    create temporary table staged (
        row_number         bigint not null primary key,
        file_number        integer not null,
        line               integer not null,
        cells              text[] not null,
        record_key         text not null collate "C",
        reason             text,
        column_name        text,
        detail             text,
        has_line           boolean not null,
        digest             text not null collate "C",
        custom_fields      jsonb not null,
        line_custom_fields jsonb not null,
        currencies         text[],
        {fields}
    );
    create temporary table files (
        file_number integer primary key, name text not null, columns text[] not null
    );
"""

_GROUP = """
    create temporary table records as
    select min(row_number) as record_number, record_key, null::uuid as record_id,
        null::uuid as existing_id, md5(string_agg(digest, '' order by digest)) as digest,
        case when count(reason) > 0 then 'refused' else 'new' end as state,
        (array_agg(reason order by row_number) filter (where reason is not null))[1] as reason,
        (array_agg(column_name order by row_number) filter (where reason is not null))[1]
            as column_name,
        (array_agg(detail order by row_number) filter (where reason is not null))[1] as detail,
        count(*) filter (where has_line) as line_count,
        coalesce((array_agg(custom_fields order by row_number)
            filter (where custom_fields <> '{{}}'))[1], '{{}}') as custom_fields,
        {fields}
    from staged
    group by record_key;
    alter table records add primary key (record_number), add unique (record_key);
"""

_TWICE = """
    create temporary table shares as
    select record_key, file_number, md5(string_agg(digest, '' order by digest)) as digest
    from staged
    where record_key in (
        select record_key from staged group by record_key
        having min(file_number) < max(file_number) and count(reason) = 0)
    group by record_key, file_number;
    create temporary table again as
    select share.record_key, share.file_number,
        E'\\x7f' || share.file_number || '|' || share.record_key as own_key,
        first_value(share.digest) over earlier = share.digest as is_same
    from shares as share
    window earlier as (partition by share.record_key order by share.file_number);
    delete from again as first
    using (select record_key, min(file_number) as file_number from again group by 1) as oldest
    where oldest.record_key = first.record_key and oldest.file_number = first.file_number;
    update staged
    set record_key = again.own_key
    from again
    where again.is_same and again.record_key = staged.record_key
      and again.file_number = staged.file_number;
"""
"""What two files of one import say of a record. What is the same is taken once: the rows of the
later file get a key of their own, so that rows and money of both are counted."""

_KNOWN = """
    update records as record
    set state = case when known.digest <> record.digest then 'changed'
                     when run.status = 'loading' and run.file_name = %s then 'loaded'
                     else 'known' end,
        existing_id = known.record_id,
        record_id = case when known.digest = record.digest then known.record_id end
    from importing.imported_records as known
    join importing.runs as run on run.id = known.run_id
    where known.tenant_id = core.current_tenant_id() and known.entity = %s and known.source = %s
      and known.record_key = record.record_key and record.state = 'new'
"""
"""A record of a run that was stopped counts as loaded by the run that goes on with the files."""


class Staging:
    """The temporary tables of one import."""

    def __init__(self, connection: Connection, mapping: FileMapping, lookups: LookedUp) -> None:
        self._connection = connection
        self._mapping = mapping
        self._lookups = lookups
        self._rows = 0
        self._seen = Counter[str]()
        self._columns: set[str] = set()

    def make(self) -> None:
        """Make the tables for the rows."""
        fields = sql.SQL(",\n").join(
            sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(field.sql_type))
            for field in self._mapping.entity.fields
        )
        self._connection.execute(sql.SQL(_MAKE).format(fields=fields))

    def copy(self, table: Table, number: int, files: int, told: Told) -> None:
        """Read a table to its end; constant memory. Raises BadFile where it cannot be read."""
        self._connection.execute(
            "insert into files values (%s, %s, %s)",
            [number, table.path.name, list(table.columns)],
        )
        self._columns.update(table.columns)
        reader = RowReader(self._mapping, table.columns, table.path.name, self._lookups, self._seen)
        names = (*_ROW_COLUMNS, *(field.name for field in self._mapping.entity.fields))
        statement = sql.SQL("copy staged ({}) from stdin").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with self._connection.cursor().copy(statement) as copy:
            for row in table.rows:
                if not reader.is_ours(row):
                    continue
                self._rows += 1
                copy.write_row(self._placed(reader.read(row), number, row.line))
                if self._rows % _TELL_EVERY == 0:
                    told(self._rows, (number - 1 + table.progress()) / files)
        told(self._rows, number / files)

    def _placed(self, row: Staged, number: int, line: int) -> Sequence[Any]:
        key, reason, column, detail = row.key, row.reason, row.column, row.detail
        if key is None:
            # Nobody knows whose row it is: it stands alone, under a key that no file can have.
            key = f"\x7f{self._rows}"
            if reason is None:
                columns = self._key_columns()
                reason, column = "key_is_missing", columns[0]
                detail = f"{', '.join(columns)} is blank: nothing says which record it is."
        return (
            self._rows, number, line, row.cells, key, reason, column, detail, row.has_line,
            row.digest, row.custom_fields, row.line_custom_fields, row.currencies, *row.values,
        )  # fmt: skip

    def group(self, source: str, files: str) -> None:
        """Put the rows together to records, and tell which are known."""
        fields = self._mapping.entity.record_fields
        self._connection.execute("create index on staged (record_key)")
        self._connection.execute("analyze staged")
        self._connection.execute(_TWICE)
        chosen = sql.SQL(",\n").join(map(self._together, fields))
        self._connection.execute(sql.SQL(_GROUP).format(fields=chosen))
        self._pass_over_repeated()
        for field in fields:
            self._refuse_disagreeing(field)
            if field.is_required:
                self._refuse_missing(field)
        self._connection.execute(_KNOWN, [files, self._mapping.entity.name, source])
        self._connection.execute("create index on records (state)")
        self._connection.execute("analyze records")

    @property
    def repeated(self) -> int:
        """How many rows say again what an earlier file of this import says."""
        row = self._connection.execute(
            "select count(*) from staged join again on again.own_key = staged.record_key"
        ).fetchone()
        return row[0] if row is not None else 0

    def _pass_over_repeated(self) -> None:
        """A record that two files tell is taken once if they tell the same, and else not at all."""
        self._connection.execute(
            """
            update records as record
            set state = 'known' from again where again.own_key = record.record_key
            """
        )
        if not self._mapping.entity.line_fields:
            return
        self._connection.execute(
            """
            update records as record
            set state = 'refused', reason = 'files_disagree', column_name = null,
                detail = format('It is in %s and in %s, and not the same in both: import one file'
                    ' after the other, the older first.', first.name, other.name)
            from again
            join files as other on other.file_number = again.file_number
            join files as first on first.file_number = (
                select min(row.file_number) from staged as row
                where row.record_key = again.record_key)
            where record.record_key = again.record_key and not again.is_same
              and record.state = 'new'
            """
        )

    def _together(self, field: Field) -> sql.Composable:
        """What the record says: the sum of its rows, or the first of them that says something."""
        source = self._mapping.fields.get(field.name)
        if source is not None and source.is_sum:
            said = sql.SQL("sum({0})")
        else:
            said = sql.SQL("(array_agg({0} order by row_number) filter (where {0} is not null))[1]")
        return sql.SQL("coalesce({}, {}::{}) as {}").format(
            said.format(sql.Identifier(field.name)),
            sql.Literal(default_of(field, source)),
            sql.SQL(field.sql_type),
            sql.Identifier(field.name),
        )

    def name_columns(self) -> None:
        """What the scripts call by its field, {sku_code}, is called by its column in the file."""
        named = {
            name: source.column_in(self._columns) if source is not None else None
            for name in self._mapping.entity.by_name
            for source in [self._mapping.fields.get(name)]
        }
        self._connection.execute(
            """
            update records as record
            set column_name = told.column_name
            from unnest(%s::text[], %s::text[]) as told (field_name, column_name)
            where record.state = 'refused' and record.column_name = '{' || told.field_name || '}'
            """,
            [list(named), list(named.values())],
        )

    def refuse_other_currencies(self) -> None:
        """An amount with a sign that the record's currency does not have: 12 EUR as dollars."""
        own = sql.SQL("tenant.currency_code")
        told = self._mapping.entity.by_name.get("currency_code")
        if told is not None:
            place = sql.Identifier("record" if told.level == "record" else "line")
            own = sql.SQL("coalesce({}.currency_code, {})").format(place, own)
        self._connection.execute(
            sql.SQL(
                """
                update records as record
                set state = 'refused', reason = 'currency_disagrees', column_name = null,
                    detail = format('Row %s has amounts with a sign that %s does not have.',
                        line.line, {own})
                from staged as line, core.tenants as tenant
                where line.record_key = record.record_key and record.state in ('new', 'changed')
                  and tenant.id = core.current_tenant_id()
                  and not {own} = any (line.currencies)
                """
            ).format(own=own)
        )

    def _column_of(self, field: Field) -> str:
        source = self._mapping.fields.get(field.name)
        column = source.column_in(self._columns) if source is not None else None
        return column or field.name

    def _key_columns(self) -> tuple[str, ...]:
        if self._mapping.rows.key:
            return self._mapping.rows.key
        fields = [self._mapping.entity.by_name[name] for name in self._mapping.entity.key]
        told = [field for field in fields if field.name in self._mapping.fields]
        return tuple(self._column_of(field) for field in told or fields)

    def _refuse_disagreeing(self, field: Field) -> None:
        """Rows of one record that say two things: which one is true nobody knows."""
        source = self._mapping.fields.get(field.name)
        if source is None or not source.columns or source.is_sum:
            return
        column = self._column_of(field)
        self._connection.execute(
            sql.SQL(
                """
                update records as record
                set state = 'refused', reason = 'rows_disagree', column_name = {column},
                    detail = format('Its rows say different things in %s: %s and %s.',
                        {column}, record.{field}, other.{field})
                from staged as other
                where other.record_key = record.record_key and record.state = 'new'
                  and other.{field} <> record.{field}
                """
            ).format(field=sql.Identifier(field.name), column=sql.Literal(column))
        )

    def _refuse_missing(self, field: Field) -> None:
        self._connection.execute(
            sql.SQL(
                """
                update records as record
                set state = 'refused', reason = 'value_is_missing', column_name = {column},
                    detail = {detail}
                where record.{field} is null and record.state = 'new'
                """
            ).format(
                field=sql.Identifier(field.name),
                column=sql.Literal(self._column_of(field)),
                detail=sql.Literal(self._told_missing(field)),
            )
        )

    def _told_missing(self, field: Field) -> str:
        column = self._column_of(field)
        source = self._mapping.fields.get(field.name)
        if source is None or not source.where:
            return f"{column} is blank."
        where = " and ".join(f"{name} is {text.pattern}" for name, text in source.where.items())
        return f"No row in which {where} says {column}."
