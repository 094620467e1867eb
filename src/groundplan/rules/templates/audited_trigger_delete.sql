create or replace function {{ schema }}.keep_deleted_{{ table_name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    {{ mark_declares }}
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    {{ unless_final }}
    {{ mark_begin }}
    {{ body }}
    {{ mark_end }}
    return null;
end
$$;
comment on function {{ schema }}.keep_deleted_{{ table_name }}() is
    'Writes the superseded image of every deleted row of {{ table }} to the audit log.';

create or replace trigger t70_audit_delete
    after delete on {{ table }}
    referencing old table as old_rows
    for each statement execute function {{ schema }}.keep_deleted_{{ table_name }}();
