select
    'sequence' as kind,
    n.nspname as place,
    c.relname as name,
    jsonb_strip_nulls(jsonb_build_object(
        'type', format_type(s.seqtypid, null),
        'increment', s.seqincrement,
        'least', s.seqmin,
        'greatest', s.seqmax,
        'cycles', s.seqcycle,
        'owner', pg_get_userbyid(c.relowner),
        'persistence', c.relpersistence,
        'column', (
            select format('%%s.%%s', p.refobjid::regclass, a.attname)
            from pg_depend as p
            join pg_attribute as a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid
            where p.classid = 'pg_class'::regclass and p.objid = c.oid
              and p.refclassid = 'pg_class'::regclass and p.deptype in ('a', 'i')
            limit 1)
    )) as aspects
from pg_sequence as s
join pg_class as c on c.oid = s.seqrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s);
