create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if {{ derived }}
       or core.maintenance_reason() is not null
    then
        return null;
    end if;
    perform core.refuse(
        '23R12', '{{ name }}', '{{ table }}',
        {{ sentence }},
        tg_op || ' of {{ table }} was refused; only the database writes there.',
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before {{ events }} on {{ table }}
    for each statement execute function {{ schema }}.{{ name }}();
