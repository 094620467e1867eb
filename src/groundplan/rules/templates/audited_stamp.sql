create or replace function {{ schema }}.stamp_{{ table_name }}() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return new;
    end if;
    new.version := old.version + 1;
    if {{ stamped_when }} then
        new.updated_at := now();
    end if;
    return new;
end
$$;
comment on function {{ schema }}.stamp_{{ table_name }}() is
    'Counts version up with every update, and sets updated_at when something was really changed.';

create or replace trigger t20_stamp
    before update on {{ table }}
    for each row execute function {{ schema }}.stamp_{{ table_name }}();
