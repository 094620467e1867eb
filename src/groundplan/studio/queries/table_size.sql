-- Of a partitioned table, that of its partitions. reltuples is -1 where nothing was analyzed yet.
with parts as (
    select %(table)s::oid as oid
    union
    select relid from pg_partition_tree(%(table)s::oid)
)
select
    sum(pg_total_relation_size(class.oid))::bigint as total_bytes,
    sum(pg_indexes_size(class.oid))::bigint        as index_bytes,
    case
        when bool_and(class.relkind = 'p' or class.reltuples >= 0)
        then sum(greatest(class.reltuples, 0)) filter (where class.relkind = 'r')::bigint
    end                                            as estimate,
    count(*) filter (where class.relispartition)   as partitions
from parts
join pg_class as class on class.oid = parts.oid
