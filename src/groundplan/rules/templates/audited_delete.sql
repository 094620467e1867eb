select {{ tenant }} as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
from old_rows as before
{{ when_deleted }}
