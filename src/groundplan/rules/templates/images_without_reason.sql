select image.row_id as id, image.operation as detail
from core.audit_log as image
where image.schema_name = {{ schema }} and image.table_name = {{ table_name }}
  and image.reason is null
