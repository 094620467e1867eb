create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if old.{{ column }} = 0 or {{ derived }}
       or core.maintenance_reason() is not null
    then
        return old;
    end if;
    perform core.refuse(
        '23R04', '{{ name }}', '{{ table }}.{{ column }}',
        {{ sentence }},
        format('{{ table }} %s: {{ column }} is %s; a row can be deleted when it is 0.',
            old.id, trim_scale(old.{{ column }})),
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
