select entity.id, before.status || ' to ' || entity.{{ column }} as detail
from {{ table }} as entity
cross join lateral (
    select image.old_row ->> '{{ column }}' as status
    from core.audit_log as image
    where image.table_name = {{ table_name }} and image.row_id = entity.id::text
      and image.operation = 'update'
    order by image.changed_at desc, image.id desc
    limit 1
) as before
where before.status <> entity.{{ column }}
  and (before.status, entity.{{ column }}) not in (
    {{ pairs }}
)
