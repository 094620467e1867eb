create or replace function {{ schema }}.{{ name }}_truncate() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '{{ sqlstate }}', '{{ name }}', '{{ table }}',
        {{ sentence }},
        'TRUNCATE of {{ table }} was refused.',
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}_truncate() is {{ sentence }};

create or replace trigger t10_{{ name }}_truncate
    before truncate on {{ table }}
    for each statement execute function {{ schema }}.{{ name }}_truncate();
