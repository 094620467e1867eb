-- Which columns of which relations each view of schema reporting reads, as the catalog records it.
select distinct
    reader.relnamespace::regnamespace::text || '.' || reader.relname,
    read.relnamespace::regnamespace::text || '.' || read.relname,
    attribute.attname::text
from pg_catalog.pg_rewrite as rule
join pg_catalog.pg_class as reader on reader.oid = rule.ev_class
join pg_catalog.pg_depend as dependency
    on dependency.classid = 'pg_catalog.pg_rewrite'::regclass
    and dependency.objid = rule.oid
    and dependency.refclassid = 'pg_catalog.pg_class'::regclass
    and dependency.refobjsubid > 0
join pg_catalog.pg_class as read on read.oid = dependency.refobjid
join pg_catalog.pg_attribute as attribute
    on attribute.attrelid = read.oid and attribute.attnum = dependency.refobjsubid
where reader.relnamespace = 'reporting'::regnamespace and read.oid <> reader.oid
order by 1, 2, 3
