create or replace function {{ schema }}.guard_{{ table_name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
{{ declares }}
begin
    {{ body }}

    return new;
end
$$;
comment on function {{ schema }}.guard_{{ table_name }}() is {{ comment }};

create or replace trigger {{ trigger }}
    before {{ events }} on {{ table }}
    for each row execute function {{ schema }}.guard_{{ table_name }}();
