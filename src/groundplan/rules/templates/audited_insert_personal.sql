with image as materialized (
    select found.*, core.new_id() as audit_id
    from (
        {{ image }}
    ) as found
), logged as (
    insert into core.audit_log (
        id, tenant_id, schema_name, table_name, row_id, operation, old_row, reason)
    select image.audit_id, image.tenant_id, '{{ schema }}', '{{ table_name }}', image.row_id,
        '{{ event }}', image.old_row - {{ personal }}, core.maintenance_reason()
    from image
)
insert into core.audit_personal (tenant_id, audit_id, old_personal)
select image.tenant_id, image.audit_id, core.only_keys(image.old_row, {{ personal }})
from image;
