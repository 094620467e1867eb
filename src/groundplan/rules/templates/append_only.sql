create or replace function {{ schema }}.{{ name }}() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if core.maintenance_reason() is not null then
        return null;
    end if;
    perform core.refuse(
        '23R02', '{{ name }}', '{{ table }}',
        {{ sentence }},
        tg_op || ' of {{ table }} was refused; only INSERT is allowed.',
        {{ hint }});
end
$$;
comment on function {{ schema }}.{{ name }}() is {{ sentence }};

create or replace trigger t10_{{ name }}
    before update or delete or truncate on {{ table }}
    for each statement execute function {{ schema }}.{{ name }}();

create or replace trigger t70_keep_old_update
    after update on {{ table }}
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_delete
    after delete on {{ table }}
    referencing old table as old_rows
    for each statement execute function core.keep_old_rows();

create or replace trigger t70_keep_old_truncate
    before truncate on {{ table }}
    for each statement execute function core.keep_truncate();
