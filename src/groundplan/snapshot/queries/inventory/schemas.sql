-- Schemas: who else may make things in them, and who may use the private one.
select
    'schema' as kind,
    '' as place,
    n.nspname as name,
    jsonb_build_object(
        'owner', pg_get_userbyid(n.nspowner),
        'create_granted_to', array(
            select coalesce(r.rolname, 'public') from aclexplode(n.nspacl) as entry
            left join pg_roles as r on r.oid = entry.grantee
            where entry.privilege_type = 'CREATE' and entry.grantee <> n.nspowner order by 1),
        'usage_granted_to', array(
            select coalesce(r.rolname, 'public') from aclexplode(n.nspacl) as entry
            left join pg_roles as r on r.oid = entry.grantee
            where entry.privilege_type = 'USAGE' and n.nspname = 'groundplan'
              and entry.grantee <> n.nspowner order by 1)
    ) as aspects
from pg_namespace as n
where n.nspname = any (%(schemas)s);
