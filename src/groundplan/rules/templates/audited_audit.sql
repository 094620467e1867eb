select entity.id::text, 'changed at ' || entity.updated_at || ' without an image' as detail
from {{ table }} as entity
where entity.updated_at is not null
  and not exists (
    select from core.audit_log as image
    where image.table_name = {{ table_name }} and image.row_id = entity.id::text
      and image.changed_at = entity.updated_at
)
union all
select image.schema_name || '.' || image.table_name, 'emptied without a reason'
from core.audit_log as image
where image.schema_name = {{ schema }} and image.table_name = {{ table_name }}
  and image.operation = 'truncate' and image.reason is null
