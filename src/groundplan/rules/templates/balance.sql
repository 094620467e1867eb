create or replace function {{ schema }}.{{ name }}_{{ event }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    {{ mark_declares }}
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    {{ mark_begin }}
    for effect in
        select entry.tenant_id, {{ effect_keys }}, sum(entry.delta) as delta{{ release_column }}
        from (
            {{ effects }}
        ) as entry (tenant_id, {{ key_list }}, delta)
        group by entry.tenant_id, {{ effect_keys }}
        having sum(entry.delta) <> 0
        order by {{ effect_keys }}
    loop
        {{ release }}
        update {{ table }} as balance
        set {{ column }} = balance.{{ column }} + effect.delta
        where {{ key_match }} and balance.tenant_id = effect.tenant_id;
        if not found then
            -- Zero first, then the update: a check must never see the difference as a balance.
            insert into {{ table }} (tenant_id, {{ key_list }}{{ new_columns }})
            values (effect.tenant_id, {{ key_values }}{{ new_values }})
            on conflict do nothing;
            update {{ table }} as balance
            set {{ column }} = balance.{{ column }} + effect.delta
            where {{ key_match }} and balance.tenant_id = effect.tenant_id;
            if not found then
                perform core.refuse(
                    '23R04', '{{ name }}', '{{ table }}',
                    {{ sentence }},
                    format('No row of {{ table }} can be kept for tenant %s, {{ key_list }} = %s.',
                        effect.tenant_id, concat_ws(', ', {{ key_report }})),
                    'Name {{ key_list }} that belong to one tenant.');
            end if;
        end if;
    end loop;
    {{ mark_end }}
    return null;
end
$$;
comment on function {{ schema }}.{{ name }}_{{ event }}() is {{ sentence }};

create or replace trigger {{ phase }}_{{ name }}_{{ event }}
    after {{ event }} on {{ entries }}
    referencing {{ transition }}
    for each statement execute function {{ schema }}.{{ name }}_{{ event }}();
