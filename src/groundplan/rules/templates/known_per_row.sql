-- No lock is needed: {{ because }}.
create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql security definer
    set search_path = ''
as $$
begin
    if {{ holds }} or core.maintenance_reason() is not null then
        return new;
    end if;
    raise exception using
        errcode = '{{ sqlstate }}',
        message = format('%s of {{ table }} %s is not known: %s', '{{ column }}', new.id,
            new.{{ column }}),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before insert or update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
