with image as (
    select log.row_id, log.operation, log.reason,
        jsonb_populate_record(null::{{ table }}, log.old_row) as before,
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
       -- Both are written anew here: an image has the time zone of the session that changed the row.
       or to_jsonb(image.before) -> changed.name
          is distinct from case when image.next_row is null then to_jsonb(entity)
              else to_jsonb(jsonb_populate_record(null::{{ table }}, image.next_row))
          end -> changed.name)
