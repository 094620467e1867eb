-- The privileges on the functions and views of our schemas, as statements that give them again.
-- Nobody calls our functions but who was named.
select 'function' as kind, routine.oid::regprocedure::text as identity,
    format('grant %s on function %s to %s%s', entry.privilege_type, routine.oid::regprocedure,
        entry.grantee::regrole,
        case when entry.is_grantable then ' with grant option' else '' end) as statement
from pg_proc as routine
join pg_namespace as namespace on namespace.oid = routine.pronamespace
cross join aclexplode(routine.proacl) as entry
where namespace.nspname = any($1) and entry.grantee not in (0, routine.proowner)
union all
select 'view', format('%I.%I', namespace.nspname, class.relname),
    format('grant %s on %I.%I to %s%s', entry.privilege_type, namespace.nspname, class.relname,
        case when entry.grantee = 0 then 'public' else entry.grantee::regrole::text end,
        case when entry.is_grantable then ' with grant option' else '' end)
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
cross join aclexplode(class.relacl) as entry
where namespace.nspname = any($1) and class.relkind = 'v'
    and entry.grantee <> class.relowner
union all
select 'view', format('%I.%I', namespace.nspname, class.relname),
    format('grant %s (%I) on %I.%I to %s%s', entry.privilege_type, attribute.attname,
        namespace.nspname, class.relname,
        case when entry.grantee = 0 then 'public' else entry.grantee::regrole::text end,
        case when entry.is_grantable then ' with grant option' else '' end)
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_attribute as attribute on attribute.attrelid = class.oid and not attribute.attisdropped
cross join aclexplode(attribute.attacl) as entry
where namespace.nspname = any($1) and class.relkind = 'v'
    and entry.grantee <> class.relowner
