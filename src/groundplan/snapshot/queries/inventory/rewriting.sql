-- Rules of the rewriter, but for the one that is a view's query.
select
    'rule' as kind,
    format('%%s.%%s', n.nspname, c.relname) as place,
    r.rulename as name,
    jsonb_build_object('definition', pg_get_ruledef(r.oid), 'fires', r.ev_enabled) as aspects
from pg_rewrite as r
join pg_class as c on c.oid = r.ev_class
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
  and r.rulename <> '_RETURN';
