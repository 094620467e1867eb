create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if pg_trigger_depth() > 1 or old.{{ column }} = 0 or core.maintenance_reason() is not null then
        return old;
    end if;
    raise exception using
        errcode = '23R04',
        message = 'a row of {{ table }} that holds something cannot be deleted',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
