create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.{{ column }} = old.{{ column }}
       or new.{{ column }} not in ({{ entering }})
       or core.maintenance_reason() is not null then
        return new;
    end if;
    if ({{ holds }}) is not true then
        raise exception using
            errcode = '23R10',
            message = format('%s %s cannot become %s yet', '{{ table_name }}', new.id,
                new.{{ column }}),
            hint = {{ hint }},
            schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
            constraint = '{{ name }}';
    end if;
    return new;
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update of {{ column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
