-- Every line that was not loaded is kept, with its reason. The run is in the setting importing.run,
-- the file's name in importing.file.

insert into importing.rejected_lines (
    tenant_id, id, run_id, file_name, line_number, fields, amount, reason)
select core.current_tenant_id(), line.id, current_setting('importing.run')::uuid,
    current_setting('importing.file'), line.line_number,
    array[file.invoice, file.code, file.description, file.quantity, file.invoiced_at, file.price,
        file.customer, file.country] || file.surplus,
    line.amount, line.reason
from lines as line
join file_lines as file on file.line_number = line.line_number
where line.reason is not null
order by line.line_number
on conflict (id) do nothing;
