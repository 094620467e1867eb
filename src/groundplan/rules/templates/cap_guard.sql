create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if pg_trigger_depth() > 1
       or new.{{ counter }} is not distinct from old.{{ counter }}
       or core.maintenance_reason() is not null then
        if {{ limit }} then
            return new;
        end if;
        raise exception using
            errcode = '23R06',
            message = format('{{ counter }} of {{ table_name }} %s would be %s', new.id,
                new.{{ counter }}),
            hint = {{ hint }},
            schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ counter }}',
            constraint = '{{ name }}';
    end if;
    raise exception using
        errcode = '23R06',
        message = '{{ table }}.{{ counter }} is counted by the database and cannot be written',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ counter }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update of {{ counter }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
