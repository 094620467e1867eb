create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not ({{ when }}) or core.maintenance_reason() is not null then
        return old;
    end if;
    perform core.refuse(
        '23R03', '{{ name }}', '{{ table }}',
        {{ sentence }},
        format('DELETE of {{ table }} %s was refused.', old.{{ key }}),
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
