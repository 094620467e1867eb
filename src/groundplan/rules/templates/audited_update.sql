select {{ tenant }} as tenant_id, before.id::text as row_id, to_jsonb(before) as old_row
from old_rows as before
left join new_rows as after on after.id = before.id
where {{ when_updated }}
