-- Functions, but for those of extensions. Nobody but the owner may put a trigger function on a
-- table of his own; of the others it counts what everybody may do.
select
    'function' as kind,
    n.nspname as place,
    f.oid::regprocedure::text as name,
    jsonb_strip_nulls(jsonb_build_object(
        'body', case when f.prosqlbody is null then f.prosrc end,
        'statement', pg_get_function_sqlbody(f.oid),
        'definer', f.prosecdef,
        'settings', array_to_string(f.proconfig, ', '),
        'volatility', f.provolatile,
        'owner', pg_get_userbyid(f.proowner),
        'definition', case when f.prokind <> 'a' then pg_get_functiondef(f.oid) end,
        'execute_granted_to', array(
            select coalesce(r.rolname, 'public')
            from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as entry
            left join pg_roles as r on r.oid = entry.grantee
            where entry.grantee = 0
               or (entry.grantee <> f.proowner and f.prorettype = 'trigger'::regtype)
            order by 1),
        'trigger_function', f.prorettype = 'trigger'::regtype
    )) as aspects
from pg_proc as f
join pg_namespace as n on n.oid = f.pronamespace
where n.nspname = any (%(schemas)s)
  and not exists (
      select from pg_depend as p
      where p.classid = 'pg_proc'::regclass and p.objid = f.oid and p.deptype = 'e');
