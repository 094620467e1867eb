-- PostgreSQL looks at references row by row, before the trigger above sees the statement. Without a
-- word at the row, whoever changes a closed row would be told about a key and not about this rule.
create or replace function {{ schema }}.{{ name }}_keys() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from {{ parent }} as parent
    where parent.id = old.{{ parent_key }} and not ({{ open_while }});
    if found and core.maintenance_reason() is null then
        {{ refuse }}
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function {{ schema }}.{{ name }}_keys() is {{ sentence }};

create or replace trigger t10_{{ name }}_keys_update
    before update of {{ keys }} on {{ table }}
    for each row
    when (({{ old_keys }}) is distinct from ({{ new_keys }}))
    execute function {{ schema }}.{{ name }}_keys();

create or replace trigger t10_{{ name }}_keys_delete
    before delete on {{ table }}
    for each row execute function {{ schema }}.{{ name }}_keys();
