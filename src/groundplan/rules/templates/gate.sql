create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.{{ column }} is not distinct from old.{{ column }}
       or new.{{ column }} in ({{ entering }}) is not true
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if ({{ holds }}) is not true then
        perform core.refuse(
            '23R10', '{{ name }}', '{{ table }}.{{ column }}',
            {{ sentence }},
            format('{{ table }} %s: ', new.id)
                || core.differences(to_jsonb(old), to_jsonb(new), '{{{ column }}}'),
            {{ hint }});
    end if;
    return new;
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
