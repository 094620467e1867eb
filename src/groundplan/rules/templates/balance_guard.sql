create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- The triggers that keep the balance write one level deeper than a client can.
    if pg_trigger_depth() > 1
       or tg_op = 'INSERT' and new.{{ column }} = 0
       or tg_op = 'DELETE' and old.{{ column }} = 0
       or core.maintenance_reason() is not null then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception using
        errcode = '23R04',
        message = '{{ table }}.{{ column }} is kept by the database and cannot be written',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before insert or delete or update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
