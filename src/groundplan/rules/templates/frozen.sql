create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        if ({{ new_columns }}) is not distinct from ({{ old_columns }})
           or not ({{ when }}) then
            return new;
        end if;
    elsif not ({{ when }}) then
        return old;
    end if;
    if core.maintenance_reason() is not null then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception using
        errcode = '23R03',
        message = case tg_op
            when 'UPDATE' then format('%s %s keeps its %s', '{{ table_name }}', old.{{ key }},
                '{{ column_list }}')
            else format('%s %s cannot be deleted', '{{ table_name }}', old.{{ key }})
        end,
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update or delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
