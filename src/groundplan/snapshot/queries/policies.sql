select
    n.nspname                    as schema,
    c.relname                    as relation,
    p.polname                    as name,
    case p.polcmd
        when '*' then 'all' when 'r' then 'select' when 'a' then 'insert'
        when 'w' then 'update' when 'd' then 'delete'
    end                          as command,
    p.polpermissive              as permissive,
    array(
        select coalesce(r.rolname::text, 'public')
        from unnest(p.polroles) as given (oid)
        left join pg_roles as r on r.oid = given.oid
        order by 1
    )                            as roles,
    pg_get_expr(p.polqual, p.polrelid)      as using,
    pg_get_expr(p.polwithcheck, p.polrelid) as check,
    obj_description(p.oid, 'pg_policy')     as comment
from pg_policy as p
join pg_class as c on c.oid = p.polrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
order by n.nspname collate "C", c.relname collate "C", p.polname collate "C";
