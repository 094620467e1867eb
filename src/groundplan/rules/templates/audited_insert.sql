insert into core.audit_log (
    tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
select image.tenant_id, '{{ schema }}', '{{ table_name }}', image.row_id, '{{ event }}',
    image.old_row, core.maintenance_reason()
from (
    {{ image }}
) as image;
