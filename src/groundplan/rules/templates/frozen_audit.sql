with image as (
    select log.row_id, log.operation, log.reason,
        jsonb_populate_record(null::{{ table }}, log.old_row) as before,
        log.old_row,
        lead(log.old_row) over (partition by log.row_id order by log.changed_at, log.id) as next_row
    from core.audit_log as log
    where log.schema_name = {{ schema }} and log.table_name = {{ table_name }}
      and log.operation in ('update', 'delete')
)
select image.row_id, image.operation || ': ' || changed.name as detail
from image
left join {{ table }} as entity on entity.{{ key }}::text = image.row_id
cross join lateral unnest(array[{{ columns }}]) as changed (name)
cross join lateral (select (image.before).*) as before
where image.reason is null
  and ({{ when }})
  and (image.operation = 'delete'
       or image.old_row -> changed.name
          is distinct from coalesce(image.next_row, to_jsonb(entity)) -> changed.name)
