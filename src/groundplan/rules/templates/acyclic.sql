create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    ancestor uuid := new.{{ parent_column }};
    steps    integer := 0;
begin
    if ancestor is null
       or tg_op = 'UPDATE' and ancestor is not distinct from old.{{ parent_column }}
       or core.maintenance_reason() is not null then
        return new;
    end if;
    insert into core.tree_versions as tree (tenant_id, tree)
    values (new.tenant_id, '{{ table }}')
    on conflict (tenant_id, tree) do update set version = tree.version + 1;
    while ancestor is not null and ancestor <> new.id and steps < 10000 loop
        select entity.{{ parent_column }} into ancestor
        from {{ table }} as entity
        where entity.id = ancestor;
        steps := steps + 1;
    end loop;
    if ancestor is not null then
        perform core.refuse(
            '23R08', '{{ name }}', '{{ table }}.{{ parent_column }}',
            {{ sentence }},
            format('{{ table }} %s: %s was given as {{ parent_column }}, and lies below it.', new.id,
                new.{{ parent_column }}),
            {{ hint }});
    end if;
    return new;
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before insert or update of {{ parent_column }} on {{ table }}
    for each row execute function {{ schema }}.{{ name }}();
