"""The mark of deriving code: who writes what only the database itself may write.

A deriving function, SECURITY DEFINER, sets the setting groundplan.writer to its own trigger depth,
and sets it back on every return. A guard, SECURITY INVOKER, fires one level deeper. It lets a
statement pass whose mark is the level above it, from a role that may use the schema groundplan.
So the mark is of no use to a client that forges it, nor to a trigger that somebody puts on our
tables: that one runs at another depth.
"""

from __future__ import annotations

DERIVED = """(coalesce(current_setting('groundplan.writer', true), '')
    = (pg_trigger_depth() - 1)::text
    and has_schema_privilege('groundplan', 'usage'))"""
"""SQL for guards: true where a deriving function of ours has sent the statement."""

DECLARES = """outer_mark text;
mark       text;"""
"""The variables of a deriving function."""

BEGIN = """outer_mark := coalesce(current_setting('groundplan.writer', true), '');
mark := set_config('groundplan.writer', pg_trigger_depth()::text, true);"""
"""From here on a deriving function writes."""

END = "mark := set_config('groundplan.writer', outer_mark, true);"
"""Before every return of a deriving function; an error takes the mark back by itself."""

PLACEHOLDERS = {
    "derived": DERIVED,
    "mark_declares": DECLARES,
    "mark_begin": BEGIN,
    "mark_end": END,
}
