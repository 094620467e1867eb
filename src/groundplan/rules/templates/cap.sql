create or replace function {{ schema }}.{{ name }}_{{ event }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    {{ mark_declares }}
    effect     record;
begin
    if coalesce(current_setting('groundplan.maintenance', true), '') <> '' and core.is_restoring() then
        return null;
    end if;
    {{ mark_begin }}
    for effect in
        select entry.parent_id, sum(entry.amount) as amount
        from (
            {{ effects }}
        ) as entry (parent_id, amount)
        group by entry.parent_id
        having sum(entry.amount) <> 0
        order by entry.parent_id
    loop
        update {{ table }} as parent
        set {{ counter }} = parent.{{ counter }} + effect.amount
        where parent.id = effect.parent_id;
    end loop;
    {{ mark_end }}
    return null;
end
$$;
comment on function {{ schema }}.{{ name }}_{{ event }}() is {{ sentence }};

create or replace trigger t50_{{ name }}_{{ event }}
    after {{ event }} on {{ children }}
    referencing {{ transition }}
    for each statement execute function {{ schema }}.{{ name }}_{{ event }}();
