-- The guards that refuse at this moment: a trigger that is switched off does not, a constraint that
-- was not validated did not see every row. One row each: kind, schema.table, name.
with tables as (
    select c.oid, format('%%s.%%s', n.nspname, c.relname) as name, c.relrowsecurity
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%(schemas)s)
      and c.relkind in ('r', 'p')
)
select 'trigger', tables.name, t.tgname::text
from pg_trigger as t
join tables on tables.oid = t.tgrelid
where not t.tgisinternal
  and t.tgenabled in ('O', 'A')
union all
-- A reference is kept by triggers of the system, on both of its tables.
select 'constraint', tables.name, o.conname::text
from pg_constraint as o
join tables on tables.oid = o.conrelid
where o.contype in ('p', 'u', 'f', 'c', 'x')
  and o.convalidated
  and coalesce((to_jsonb(o) ->> 'conenforced')::boolean, true)
  and not exists (
      select from pg_trigger as t where t.tgconstraint = o.oid and t.tgenabled not in ('O', 'A')
  )
union all
select 'index', tables.name, x.relname::text
from pg_index as i
join tables on tables.oid = i.indrelid
join pg_class as x on x.oid = i.indexrelid
where i.indisunique
  and i.indisvalid
union all
select 'not_null', tables.name, a.attname::text
from pg_attribute as a
join tables on tables.oid = a.attrelid
where a.attnotnull
  and a.attnum > 0
union all
select 'policy', tables.name, p.polname::text
from pg_policy as p
join tables on tables.oid = p.polrelid
where tables.relrowsecurity;
