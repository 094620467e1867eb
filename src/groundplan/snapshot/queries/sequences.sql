select
    n.nspname                           as schema,
    c.relname                           as name,
    format_type(s.seqtypid, null)       as type,
    s.seqstart                          as start,
    s.seqincrement                      as increment,
    (
        select format('%%s.%%s.%%s', tn.nspname, t.relname, a.attname)
        from pg_depend as p
        join pg_class as t on t.oid = p.refobjid
        join pg_namespace as tn on tn.oid = t.relnamespace
        join pg_attribute as a on a.attrelid = t.oid and a.attnum = p.refobjsubid
        where p.classid = 'pg_class'::regclass and p.objid = c.oid
          and p.refclassid = 'pg_class'::regclass and p.deptype in ('a', 'i')
        limit 1
    )                                   as owned_by,
    obj_description(c.oid, 'pg_class')  as comment
from pg_sequence as s
join pg_class as c on c.oid = s.seqrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s)
order by n.nspname collate "C", c.relname collate "C";
