select
    n.nspname                             as schema,
    c.relname                             as name,
    c.relrowsecurity                      as row_security,
    c.relforcerowsecurity                 as force_row_security,
    c.relkind = 'p'                       as partitioned,
    c.relispartition                      as is_partition,
    obj_description(c.oid, 'pg_class')    as comment
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p')
order by n.nspname collate "C", c.relname collate "C";
