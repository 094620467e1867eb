-- With the rights of the owner: a session that names another tenant within its statement would
-- otherwise not see the parent, and change what is closed.
create or replace function {{ schema }}.{{ name }}_{{ event }}() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    closed    uuid;
    untouched boolean;
begin
    {{ unless_unchanged }}
    select max(parent.id::text) filter (where not ({{ open_while }})),
        bool_or(parent.xmin <> pg_current_xact_id()::xid)
    into closed, untouched
    from {{ parent }} as parent
    where parent.id = any (array({{ affected }}));
    -- Touch the parent, so that whoever closes it at this moment waits for us, or we for them;
    -- then look again. A parent that this transaction has written is ours already.
    if untouched and closed is null then
        update {{ parent }} as parent
        set version = parent.version + 1
        where parent.id = any (array({{ affected }})) and parent.xmin <> pg_current_xact_id()::xid;
        select parent.id into closed
        from {{ parent }} as parent
        where parent.id = any (array({{ affected }})) and not ({{ open_while }})
        limit 1;
    end if;
    if closed is null or core.maintenance_reason() is not null then
        return null;
    end if;
    {{ refuse }}
end
$$;
comment on function {{ schema }}.{{ name }}_{{ event }}() is {{ sentence }};

create or replace trigger t10_{{ name }}_{{ event }}
    after {{ event }} on {{ table }}
    referencing {{ transition }}
    for each statement execute function {{ schema }}.{{ name }}_{{ event }}();
