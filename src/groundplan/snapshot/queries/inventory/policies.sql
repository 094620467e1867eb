select
    'policy' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    p.polname as name,
    jsonb_strip_nulls(jsonb_build_object(
        'command', p.polcmd,
        'permissive', p.polpermissive,
        'roles', array_to_string(array(
            select coalesce(r.rolname::text, 'public')
            from unnest(p.polroles) as given (oid)
            left join pg_roles as r on r.oid = given.oid order by 1), ', '),
        'using', pg_get_expr(p.polqual, p.polrelid),
        'check', pg_get_expr(p.polwithcheck, p.polrelid)
    )) as aspects
from pg_policy as p
join pg_class as c on c.oid = p.polrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s);
