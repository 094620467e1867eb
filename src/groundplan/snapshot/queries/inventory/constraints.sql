-- Constraints but NOT NULL, which stands at its column. A reference is kept by triggers of the
-- system on both of its tables, which can be switched off; PostgreSQL 18 knows constraints that are
-- not enforced at all.
select
    'constraint' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    o.conname as name,
    jsonb_build_object(
        'definition', regexp_replace(
            pg_get_constraintdef(o.oid), '( NOT VALID| NOT ENFORCED)+$', ''),
        'validated', o.convalidated,
        'enforced', coalesce((to_jsonb(o) ->> 'conenforced')::boolean, true) and not exists (
            select from pg_trigger as t
            where t.tgconstraint = o.oid and t.tgisinternal and t.tgenabled not in ('O', 'A')),
        'alters_rows', o.contype = 'f'
            and (o.confdeltype not in ('a', 'r') or o.confupdtype not in ('a', 'r')),
        'usable', coalesce(i.indisvalid and i.indisready and i.indislive, true)
    ) as aspects
from pg_constraint as o
join pg_class as c on c.oid = o.conrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_index as i on i.indexrelid = o.conindid and o.contype in ('p', 'u', 'x')
where n.nspname = any (%(schemas)s)
  and o.contype in ('p', 'u', 'f', 'c', 'x');
