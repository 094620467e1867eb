-- No lock is needed: {{ because }}.
create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql{{ rights }}
    set search_path = pg_catalog, pg_temp
as $$
declare
    broken jsonb;
begin
    select to_jsonb(r) into broken
    from new_rows as r
    where ({{ holds }}) is not true
    limit 1;
    if broken is null or core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '{{ sqlstate }}', '{{ name }}', '{{ place }}',
        {{ sentence }},
        format('{{ table }} %s: %s.', broken ->> 'id', core.shown(broken, {{ mentioned }})),
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};
