-- Of a partitioned index, the sum of its parts.
select
    root.relname as name,
    (select sum(pg_relation_size(part.oid))::bigint
     from (select root.oid union select relid from pg_partition_tree(root.oid)) as part (oid)
    )            as bytes,
    (select sum(pg_stat_get_numscans(part.oid))::bigint
     from (select root.oid union select relid from pg_partition_tree(root.oid)) as part (oid)
    )            as scans
from pg_index as index
join pg_class as root on root.oid = index.indexrelid
where index.indrelid = %(table)s::oid
order by root.relname collate "C"
