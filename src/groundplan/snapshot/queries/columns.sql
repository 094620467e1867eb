-- Columns of tables and views. A generated column's dependencies hang on its expression; the one of
-- the expression on its own column (deptype i) is left out.
select
    n.nspname                            as schema,
    c.relname                            as relation,
    a.attname                            as name,
    format_type(a.atttypid, a.atttypmod) as type,
    a.attnum                             as position,
    a.attnotnull                         as not_null,
    case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end  as default,
    case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
    case when a.attgenerated <> '' then array(
        select b.attname::text
        from pg_depend as p
        join pg_attribute as b on b.attrelid = p.refobjid and b.attnum = p.refobjsubid
        where p.classid = 'pg_attrdef'::regclass
          and p.objid = d.oid
          and p.refclassid = 'pg_class'::regclass
          and p.refobjid = a.attrelid
          and p.refobjsubid <> a.attnum
        order by b.attnum
    ) else '{}' end                      as generated_from,
    a.attidentity <> ''                  as identity,
    case when a.attcollation <> t.typcollation then l.collname end as collation,
    col_description(c.oid, a.attnum)     as comment
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_type as t on t.oid = a.atttypid
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_collation as l on l.oid = a.attcollation
where n.nspname = any (%(schemas)s)
  and c.relkind in ('r', 'p', 'v', 'm')
  and a.attnum > 0
  and not a.attisdropped
order by n.nspname collate "C", c.relname collate "C", a.attnum;
