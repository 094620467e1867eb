-- Behind the refusal: what changes all the same leaves its old image in the audit log.
create or replace function {{ schema }}.keep_old_{{ table_name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    {{ mark_declares }}
begin
    {{ mark_begin }}
    if tg_op = 'UPDATE' then
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, '{{ schema }}', '{{ table_name }}', o.id, 'update', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join new_rows as n on n.id = o.id
        join {{ parent }} as parent on parent.id = o.{{ parent_key }}
        where not ({{ open_while }})
          and {{ changed }};
    else
        insert into core.audit_log (
            tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
        select o.tenant_id, '{{ schema }}', '{{ table_name }}', o.id, 'delete', to_jsonb(o),
            core.maintenance_reason()
        from old_rows as o
        join {{ parent }} as parent on parent.id = o.{{ parent_key }}
        where not ({{ open_while }});
    end if;
    {{ mark_end }}
    return null;
end
$$;
comment on function {{ schema }}.keep_old_{{ table_name }}() is
    'Keeps the old image of every row of {{ table }} that changes after it was frozen.';

create or replace trigger t70_keep_old_update
    after update on {{ table }}
    referencing old table as old_rows new table as new_rows
    for each statement execute function {{ schema }}.keep_old_{{ table_name }}();

create or replace trigger t70_keep_old_delete
    after delete on {{ table }}
    referencing old table as old_rows
    for each statement execute function {{ schema }}.keep_old_{{ table_name }}();
