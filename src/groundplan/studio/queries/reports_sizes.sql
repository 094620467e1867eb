-- How many rows some tables have, as last estimated, and their bytes with indexes; $1 names them.
select
    named.name,
    case when class.reltuples < 0 then null else class.reltuples::bigint end,
    pg_catalog.pg_total_relation_size(class.oid)
from unnest($1::text[]) as named (name)
-- Not by regclass: the role may not use the schema of the tables, and the catalog is everybody's.
join pg_catalog.pg_namespace as namespace on namespace.nspname = split_part(named.name, '.', 1)
join pg_catalog.pg_class as class
    on class.relnamespace = namespace.oid and class.relname = split_part(named.name, '.', 2)
