select r.id, '{{ column }} is ' || coalesce(r.{{ column }}::text, 'empty') as detail
from {{ table }} as r
where ({{ holds }}) <> (r.{{ column }} is not null)
union all
select r.id, format('{{ column }} is %s, it came to be so between %s and %s', r.{{ column }},
    came.begun_at, came.written_at)
from {{ table }} as r
cross join lateral (
    -- The last image of which it was not true was superseded when it came to be true: after its
    -- transaction had begun, and before the image was written, which its identifier tells.
    select log.changed_at as begun_at,
        to_timestamp(('x' || translate(left(log.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
            + interval '1 second' as written_at
    from core.audit_log as log
    cross join lateral jsonb_populate_record(null::{{ table }}, log.old_row) as before
    where log.schema_name = {{ schema }} and log.table_name = {{ table_name }}
      and log.row_id = r.id::text and log.operation = 'update' and log.reason is null
      and ({{ held_before }}) is not true
    order by log.changed_at desc, log.id desc
    limit 1
) as came
where r.{{ column }} not between came.begun_at and came.written_at
