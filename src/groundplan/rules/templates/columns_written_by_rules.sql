create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- The triggers that write here run one level deeper than a client can.
    if pg_trigger_depth() > 1
       or tg_op = 'INSERT' and ({{ new_columns }}) is not distinct from ({{ beginnings }})
       or tg_op = 'UPDATE' and ({{ new_columns }}) is not distinct from ({{ old_columns }})
       or core.maintenance_reason() is not null then
        return new;
    end if;
    raise exception using
        errcode = '23R12',
        message = '{{ column_list }} of {{ table }} are written by the database',
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before insert or update of {{ column_list }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
