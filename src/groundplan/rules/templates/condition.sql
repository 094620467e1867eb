-- No lock is needed: {{ because }}.
create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql{{ rights }}
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken uuid;
begin
    select r.id into broken
    from new_rows as r
    where ({{ holds }}) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    raise exception using
        errcode = '{{ sqlstate }}',
        message = format('%s %s breaks {{ name }}', '{{ table_name }}', broken),
        hint = {{ hint }},
        schema = '{{ schema }}', table = '{{ table_name }}', column = '{{ column }}',
        constraint = '{{ name }}';
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};
