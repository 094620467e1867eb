if (select publishes_events from core.tenants where id = new.tenant_id) then
    insert into core.outbox_events (tenant_id, topic, entity_id, entity_version, payload)
    values (new.tenant_id, {{ topic }} || '.' || new.{{ column }}, new.id, new.version,
        jsonb_build_object('from_status', old.{{ column }}, 'to_status', new.{{ column }}));
end if;
