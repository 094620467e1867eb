-- Roles that hold a right with which they could act as the owner, or look at what the
-- database keeps to itself. $1: our schemas. One row for each role ("public": everybody), object and
-- privilege; none where the grants are as they should be.
with ours as (
    select namespace.oid, namespace.nspname, namespace.nspowner, namespace.nspacl
    from pg_catalog.pg_namespace as namespace
    where namespace.nspname::text = any ($1)
), held (grantee, object, privilege) as (
    select entry.grantee, class.oid::regclass::text, entry.privilege_type
    from ours
    join pg_catalog.pg_class as class on class.relnamespace = ours.oid
    cross join lateral pg_catalog.aclexplode(class.relacl) as entry
    where class.relkind in ('r', 'p', 'v') and entry.grantee <> class.relowner
      and (entry.privilege_type = 'TRIGGER' or ours.nspname = 'groundplan')
    union all
    select entry.grantee, 'schema ' || ours.nspname, entry.privilege_type
    from ours
    cross join lateral pg_catalog.aclexplode(ours.nspacl) as entry
    where entry.grantee <> ours.nspowner
      and (entry.privilege_type = 'CREATE' or ours.nspname = 'groundplan')
    union all
    select entry.grantee, 'function ' || routine.oid::regprocedure::text, entry.privilege_type
    from ours
    join pg_catalog.pg_proc as routine on routine.pronamespace = ours.oid
    cross join lateral pg_catalog.aclexplode(
        coalesce(routine.proacl, pg_catalog.acldefault('f', routine.proowner))) as entry
    where entry.grantee <> routine.proowner
      and (entry.grantee = 0 or ours.nspname = 'groundplan'
           or routine.prorettype = 'pg_catalog.trigger'::regtype)
    union all
    -- Every role that may use one of our schemas and does not own it.
    select role.oid, 'database ' || current_database(), 'TEMPORARY'
    from pg_catalog.pg_roles as role
    where not role.rolsuper
      and pg_catalog.has_database_privilege(role.oid, current_database(), 'temporary')
      and exists (
          select from ours
          cross join lateral pg_catalog.aclexplode(ours.nspacl) as entry
          where entry.grantee = role.oid and entry.grantee <> ours.nspowner)
)
select case grantee when 0 then 'public' else grantee::regrole::text end as role, object, privilege
from held
group by grantee, object, privilege
order by role, object, privilege
