create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return new;
    end if;
    if not exists (
        {{ uses }}
    ) then
        -- Whoever is making the first fact right now is waited for.
        lock table {{ facts }} in share mode;
        if not exists (
            {{ uses }}
        ) then
            return new;
        end if;
    end if;
    perform core.refuse('{{ sqlstate }}', '{{ name }}', '{{ table }}', {{ sentence }},
        format('{{ column_list }} of {{ table_name }} %s would change.', old.id), {{ hint }});
    return new;
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update of {{ column_list }} on {{ table }}
    for each row
    when (({{ new_columns }}) is distinct from ({{ old_columns }}))
    execute function {{ schema }}.{{ name }}();
