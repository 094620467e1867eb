create or replace function {{ function }}({{ parameter }}) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    given text;
begin
    if core.maintenance_reason() is not null then
        return;
    end if;
    {{ refusals }}
end
$$;
comment on function {{ function }}({{ type }}) is {{ sentence }};
