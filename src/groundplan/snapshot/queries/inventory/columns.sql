-- Columns of tables; those of a view are its query's. On 18 a NOT NULL may be there and not have looked at the rows that were there before.
select
    'column' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    a.attname as name,
    jsonb_strip_nulls(jsonb_build_object(
        'type', format_type(a.atttypid, a.atttypmod),
        'not_null', a.attnotnull and not exists (
            select from pg_constraint as o
            where o.conrelid = a.attrelid and o.contype = 'n' and o.conkey = array[a.attnum]
              and not o.convalidated),
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
        'stored', nullif(a.attgenerated, ''),
        'identity', nullif(a.attidentity, ''),
        'collation', case when a.attcollation <> t.typcollation
            then format('%%I.%%I', ln.nspname, l.collname) end
    )) as aspects
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_type as t on t.oid = a.atttypid
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_collation as l on l.oid = a.attcollation
left join pg_namespace as ln on ln.oid = l.collnamespace
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p')
  and a.attnum > 0
  and not a.attisdropped;
