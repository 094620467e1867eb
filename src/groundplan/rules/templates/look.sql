create or replace function {{ function }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    given text;
begin
    perform
    from {{ rows }}
    where (
        {{ holds }}
    ) is not true
    limit 1;
    if not found or core.maintenance_reason() is not null then
        return null;
    end if;
    {{ refusals }}
    return null;
end
$$;
comment on function {{ function }}() is {{ comment }};
