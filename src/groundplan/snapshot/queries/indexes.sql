select
    n.nspname                         as schema,
    c.relname                         as relation,
    x.relname                         as name,
    i.indisunique                     as unique,
    m.amname                          as method,
    array(
        select pg_get_indexdef(i.indexrelid, place, false)
        from generate_series(1, i.indnkeyatts) as place
        order by place
    )                                 as keys,
    array(
        select a.attname::text
        from pg_attribute as a
        where a.attrelid = i.indrelid
          and (a.attnum = any (i.indkey::smallint[]) or exists (
              select from pg_depend as p
              where p.classid = 'pg_class'::regclass and p.objid = i.indexrelid
                and p.refclassid = 'pg_class'::regclass and p.refobjid = i.indrelid
                and p.refobjsubid = a.attnum))
          and a.attnum > 0
        order by a.attnum
    )                                 as columns,
    pg_get_indexdef(i.indexrelid)     as definition,
    pg_get_expr(i.indpred, i.indrelid) as predicate,
    i.indnullsnotdistinct             as nulls_not_distinct,
    i.indisvalid                      as valid,
    o.conname                         as constraint,
    obj_description(i.indexrelid, 'pg_class') as comment
from pg_index as i
join pg_class as x on x.oid = i.indexrelid
join pg_class as c on c.oid = i.indrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_am as m on m.oid = x.relam
left join pg_constraint as o on o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x')
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p')
order by n.nspname collate "C", c.relname collate "C", x.relname collate "C";
