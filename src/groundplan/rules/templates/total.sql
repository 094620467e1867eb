create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if {{ settled_when }} then
        select {{ aggregates }}
        into {{ targets }}
        from {{ children }} as child
        where child.{{ key }} = new.id;
        {{ then }}
        return new;
    end if;
    if ({{ new_columns }}) is not distinct from ({{ old_columns }})
       or core.maintenance_reason() is not null then
        return new;
    end if;
    raise exception using
        errcode = '23R05',
        message = '{{ column_list }} of {{ table }} are kept by the database',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t30_{{ name }}
    before update on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
