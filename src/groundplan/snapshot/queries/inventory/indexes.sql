-- Indexes that stand behind no constraint.
select
    'index' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    x.relname as name,
    jsonb_build_object(
        'definition', pg_get_indexdef(i.indexrelid),
        'unique', i.indisunique,
        'usable', i.indisvalid and i.indisready and i.indislive
    ) as aspects
from pg_index as i
join pg_class as x on x.oid = i.indexrelid
join pg_class as c on c.oid = i.indrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p', 'm')
  and not exists (
      select from pg_constraint as o
      where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'));
