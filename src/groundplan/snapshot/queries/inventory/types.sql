-- Types that stand for themselves: domains with their checks, enums, composites.
select
    'type' as kind,
    n.nspname as place,
    t.typname as name,
    jsonb_build_object(
        'owner', pg_get_userbyid(t.typowner),
        'definition', concat_ws(' ', t.typtype, t.typbasetype::regtype, t.typnotnull,
            (select string_agg(pg_get_constraintdef(o.oid), ' ' order by o.conname collate "C")
             from pg_constraint as o where o.contypid = t.oid),
            (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
             from pg_enum as e where e.enumtypid = t.oid),
            (select string_agg(format('%%I %%s', a.attname, format_type(a.atttypid, a.atttypmod)),
                ', ' order by a.attnum)
             from pg_attribute as a where a.attrelid = t.typrelid and a.attnum > 0))
    ) as aspects
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
left join pg_class as c on c.oid = t.typrelid
where n.nspname = any (%(schemas)s)
  and (t.typtype in ('d', 'e') or (t.typtype = 'c' and c.relkind = 'c'));
