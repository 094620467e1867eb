-- How many rows some tables have, as last estimated, and their bytes with indexes; $1 names them.
select
    named.name,
    case when class.reltuples < 0 then null else class.reltuples::bigint end,
    pg_catalog.pg_total_relation_size(class.oid)
from unnest($1::text[]) as named (name)
join pg_catalog.pg_class as class on class.oid = to_regclass(named.name)
