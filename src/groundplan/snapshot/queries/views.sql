select
    n.nspname                          as schema,
    c.relname                          as name,
    pg_get_viewdef(c.oid)              as definition,
    c.relkind = 'm'                    as materialized,
    coalesce(c.reloptions, '{}')       as options,
    obj_description(c.oid, 'pg_class') as comment
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and c.relkind in ('v', 'm')
order by n.nspname collate "C", c.relname collate "C";
