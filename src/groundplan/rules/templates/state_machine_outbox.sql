create or replace function {{ schema }}.publish_{{ table_name }}_{{ column }}() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
begin
    if new.{{ column }} <> old.{{ column }}
       and (coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring()) is not true
       and (select publishes_events from core.tenants where id = new.tenant_id)
    then
        insert into core.outbox_events (tenant_id, topic, entity_id, entity_version, payload)
        values (new.tenant_id, {{ topic }} || '.' || new.{{ column }}, new.id, new.version,
            jsonb_build_object('from_status', old.{{ column }}, 'to_status', new.{{ column }}));
    end if;
    return null;
end
$$;
comment on function {{ schema }}.publish_{{ table_name }}_{{ column }}() is
    'Writes every change of {{ table }}.{{ column }} to the outbox, where the tenant wants events.';

create or replace trigger t80_publish_{{ table_name }}_{{ column }}
    after update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.publish_{{ table_name }}_{{ column }}();
