do $grants$
declare
    here text := current_database();
    base pg_catalog.pg_database;
    kept text := (select nspowner::regrole::text from pg_catalog.pg_namespace where nspname = 'core');
begin
    -- Nobody reaches our functions through types and functions of a temporary schema; without one, not
    -- even the attempt can be made.
    select * into base from pg_catalog.pg_database where datname = here;
    if not pg_catalog.has_database_privilege({{ role }}::regrole, here, 'temporary') then
        return;
    end if;
    if pg_catalog.pg_has_role(current_user, base.datdba, 'usage') then
        execute format('revoke temporary on database %I from public, %s', here, {{ role }});
        if not pg_catalog.has_database_privilege(kept::regrole, here, 'temporary') then
            execute format('grant temporary on database %I to %s', here, kept);
        end if;
    end if;
    if pg_catalog.has_database_privilege({{ role }}::regrole, here, 'temporary') then
        raise warning '% can still make temporary tables in this database', {{ role }}
            using hint = format(
                'Let its owner, %s, run: revoke temporary on database %I from public, %s;',
                base.datdba::regrole, here, {{ role }});
    end if;
end
$grants$;
