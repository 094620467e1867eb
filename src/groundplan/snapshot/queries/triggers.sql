select
    n.nspname                    as schema,
    c.relname                    as relation,
    t.tgname                     as name,
    format('%%s.%%s', fn.nspname, f.proname) as function,
    pg_get_triggerdef(t.oid)     as definition,
    t.tgenabled <> 'D'           as enabled,
    obj_description(t.oid, 'pg_trigger') as comment
from pg_trigger as t
join pg_class as c on c.oid = t.tgrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_proc as f on f.oid = t.tgfoid
join pg_namespace as fn on fn.oid = f.pronamespace
where n.nspname = any (%(schemas)s)
  and not t.tgisinternal
order by n.nspname collate "C", c.relname collate "C", t.tgname collate "C";
