do $grants$
declare
    statement text;
begin
    -- By name, so that a function that is made later belongs to nobody until this is run again.
    for statement in
        with recursive needed (routine) as (
            -- A view reads tables as its owner, but calls functions as whoever reads it.
            select depend.refobjid
            from pg_catalog.pg_rewrite as rule
            join pg_catalog.pg_class as class on class.oid = rule.ev_class
            join pg_catalog.pg_depend as depend on depend.classid = 'pg_catalog.pg_rewrite'::regclass
                and depend.objid = rule.oid and depend.refclassid = 'pg_catalog.pg_proc'::regclass
            where class.relnamespace = 'reporting'::regnamespace and class.relkind = 'v'
            union
            select depend.refobjid
            from needed
            join pg_catalog.pg_depend as depend on depend.classid = 'pg_catalog.pg_proc'::regclass
                and depend.objid = needed.routine
                and depend.refclassid = 'pg_catalog.pg_proc'::regclass
        ), ours as (
            select routine.oid, routine.proowner, routine.proacl,
                routine.pronamespace <> 'groundplan'::regnamespace
                    and {{ wanted }} as is_wanted
            from pg_catalog.pg_proc as routine
            where routine.pronamespace::regnamespace::text = any ({{ schemas }})
              and pg_catalog.pg_has_role(current_user, routine.proowner, 'usage')
        ), held as (
            select ours.*, exists (
                select from pg_catalog.aclexplode(ours.proacl) as entry
                where entry.grantee = {{ role }}::regrole) as is_held
            from ours
        )
        select case when is_wanted
                    then format('grant execute on routine %s to %s', oid::regprocedure, {{ role }})
                    else format('revoke all on routine %s from %s cascade', oid::regprocedure,
                        {{ role }}) end
        from held
        where is_wanted <> is_held
        union all
        -- A trigger of somebody else runs inside our writes, with the rights of the owner; a reference
        -- of somebody else keeps our rows from being deleted.
        select format('revoke %s on %s from %s cascade',
            case class.relnamespace when 'groundplan'::regnamespace then 'all'
                else 'trigger, references, truncate' end,
            class.oid::regclass, case entry.grantee when 0 then 'public' else {{ role }} end)
        from pg_catalog.pg_class as class
        cross join lateral pg_catalog.aclexplode(class.relacl) as entry
        where class.relnamespace::regnamespace::text = any ({{ schemas }})
          and class.relkind in ('r', 'p', 'v') and entry.grantee in (0, {{ role }}::regrole)
          and (class.relnamespace = 'groundplan'::regnamespace
               or entry.privilege_type in ('TRIGGER', 'REFERENCES', 'TRUNCATE'))
          and pg_catalog.pg_has_role(current_user, class.relowner, 'usage')
        union all
        -- Nothing is given by column: who may read or write a table may do so with all of it.
        select format('revoke all (%I) on %s from %s cascade', attribute.attname,
            class.oid::regclass, case entry.grantee when 0 then 'public' else {{ role }} end)
        from pg_catalog.pg_class as class
        join pg_catalog.pg_attribute as attribute
            on attribute.attrelid = class.oid and attribute.attacl is not null
        cross join lateral pg_catalog.aclexplode(attribute.attacl) as entry
        where class.relnamespace::regnamespace::text = any ({{ schemas }})
          and not attribute.attisdropped and entry.grantee in (0, {{ role }}::regrole)
          and pg_catalog.pg_has_role(current_user, class.relowner, 'usage')
        union all
        select format('revoke %s on schema %I from %s cascade',
            case namespace.nspname when 'groundplan' then 'all' else 'create' end, namespace.nspname,
            case entry.grantee when 0 then 'public' else {{ role }} end)
        from pg_catalog.pg_namespace as namespace
        cross join lateral pg_catalog.aclexplode(namespace.nspacl) as entry
        where (namespace.nspname = 'groundplan' or entry.privilege_type = 'CREATE')
          and namespace.nspname::text = any ({{ schemas }})
          and entry.grantee in (0, {{ role }}::regrole)
          and pg_catalog.pg_has_role(current_user, namespace.nspowner, 'usage')
    loop
        execute statement;
    end loop;
end
$grants$;
