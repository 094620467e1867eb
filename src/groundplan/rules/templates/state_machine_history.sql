create or replace function {{ schema }}.remember_{{ table_name }}_{{ column }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    {{ mark_declares }}
begin
    if new.{{ column }} = old.{{ column }}
       or coalesce(current_setting('groundplan.maintenance', true), '') <> ''
          and core.is_restoring()
    then
        return null;
    end if;
    {{ mark_begin }}
    insert into {{ history }} (
        tenant_id, {{ history_key }}, from_status, to_status, entity_version, reason)
    values (new.tenant_id, new.id, old.{{ column }}, new.{{ column }}, new.version,
        nullif(current_setting('groundplan.reason', true), ''));
    {{ publishes }}
    {{ mark_end }}
    return null;
end
$$;
comment on function {{ schema }}.remember_{{ table_name }}_{{ column }}() is
    'Writes every change of {{ table }}.{{ column }} to {{ history }}, and to the outbox where the
tenant wants events.';

create or replace trigger t50_remember_{{ table_name }}_{{ column }}
    after update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.remember_{{ table_name }}_{{ column }}();
