"""What the Plan adds to the files of its modules: tenancy, and the comments of shared columns."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.modules.module import Module
from groundplan.rules import TenantScoped
from groundplan.rules.declaration import literal
from groundplan.rules.template import render

STANDARD_COLUMNS = {
    "id": "Identifier: a time-ordered UUID, made by the database or by the client.",
    "tenant_id": "The company whose row this is: core.tenants.id.",
    "created_at": "When the row was made.",
    "created_by": "Who made it, as the application said it in groundplan.actor.",
    "updated_at": "When it was last changed; null: never. The audit log holds what was before.",
    "version": "Counts up with every change: what optimistic locking compares.",
    "custom_fields": "Fields of your own, as a JSON object.",
}

_TENANCY_BODY = {
    "single": "1",
    # Once told, the setting of a transaction is empty afterwards, and not gone. This runs for every
    # row that a policy looks at: translate() takes a third of the time of a regular expression.
    "multi": "coalesce(\n"
    "        case when length(current_setting('groundplan.tenant_id', true)) < 10\n"
    "                  and translate(current_setting('groundplan.tenant_id', true),\n"
    "                      '0123456789', '') = ''\n"
    "             then nullif(current_setting('groundplan.tenant_id', true), '')::integer end,\n"
    "        core.no_tenant())",
}

_TENANCY_COMMENT = {
    "single": "The tenant of the session: the only one there is.",
    "multi": "The tenant of the session, from the setting groundplan.tenant_id; an error if unset.",
}


def tenancy_functions(tenancy: str) -> str:
    """core.current_tenant_id() for a tenancy mode. No SET clause: policies need it inlined."""
    return (
        "create or replace function core.current_tenant_id() returns integer\n"
        "    language sql stable parallel safe\n"
        f"    return {_TENANCY_BODY[tenancy]};\n"
        "comment on function core.current_tenant_id() is\n"
        f"    {literal(_TENANCY_COMMENT[tenancy])};\n"
    )


def tenancy_switch(module: Module, tenancy: str) -> str:
    """Switches row security of a module's tables on (multi) or off (single)."""
    switch = "enable" if tenancy == "multi" else "disable"
    return "".join(
        f"alter table {rule.table} {switch} row level security;\n"
        for rule in module.rules
        if isinstance(rule, TenantScoped)
    )


def private_functions(schemas: Sequence[str]) -> str:
    """Takes from everybody the right to call what has just been made in these schemas.

    Many functions run with the rights of the owner; who may call which is said by the grants. A
    trigger fires without any right; nobody can put our trigger functions on tables of their own.
    """
    listed = ", ".join(literal(schema) for schema in schemas)
    return render("private", {"schemas": f"array[{listed}]"}, "groundplan.compose")


def standard_comments(schemas: Sequence[str]) -> str:
    """Comments on the columns that all tables share, where a table does not say it better."""
    columns = ",\n        ".join(
        f"({literal(name)}, {literal(text)})" for name, text in STANDARD_COLUMNS.items()
    )
    schema_list = ", ".join(literal(schema) for schema in schemas)
    return f"""do $$
declare
    missing record;
begin
    for missing in
        select namespace.nspname, class.relname, attribute.attname, standard.comment
        from (values
        {columns}
        ) as standard (name, comment)
        join pg_catalog.pg_attribute as attribute on attribute.attname = standard.name
        join pg_catalog.pg_class as class on class.oid = attribute.attrelid
        join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
        where namespace.nspname in ({schema_list})
          and class.relkind in ('r', 'p', 'v') and attribute.attnum > 0
          and pg_catalog.col_description(class.oid, attribute.attnum) is null
    loop
        execute format('comment on column %I.%I.%I is %L',
            missing.nspname, missing.relname, missing.attname, missing.comment);
    end loop;
end
$$;
"""
