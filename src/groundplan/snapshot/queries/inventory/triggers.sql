-- Triggers, and whether they fire: O in ordinary sessions, A always, R in replicas only, D never.
select
    'trigger' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    t.tgname as name,
    jsonb_build_object(
        'definition', pg_get_triggerdef(t.oid),
        'fires', t.tgenabled,
        'function', t.tgfoid::regprocedure::text,
        'before_row', t.tgtype & 1 = 1 and t.tgtype & 66 <> 0
    ) as aspects
from pg_trigger as t
join pg_class as c on c.oid = t.tgrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and not t.tgisinternal;
