select entity.id::text as id, 'changed at ' || entity.updated_at || ' without an image' as detail
from {{ table }} as entity
where entity.updated_at is not null
  and not exists (
    select from core.audit_log as image
    where image.schema_name = {{ schema }} and image.table_name = {{ table_name }}
      and image.row_id = entity.id::text and image.operation = 'update'
      and image.changed_at = entity.updated_at
)
union all
select image.schema_name || '.' || image.table_name, 'emptied without a reason'
from core.audit_log as image
where image.schema_name = {{ schema }} and image.table_name = {{ table_name }}
  and image.operation = 'truncate' and image.reason is null
union all
select entity.id::text, 'its images say that it was changed'
from {{ table }} as entity
join (
    select distinct image.row_id
    from core.audit_log as image
    where image.schema_name = {{ schema }} and image.table_name = {{ table_name }}
      and image.operation = 'update'
) as changed on changed.row_id = entity.id::text
where entity.updated_at is null
