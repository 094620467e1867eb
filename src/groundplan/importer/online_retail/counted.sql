-- What has become of the lines, counted from the rows they became and from the ledger.
select count(*) as read_lines,
    count(*) filter (where line.reason is null and not line.is_known and row.is_there)
        as loaded_lines,
    count(*) filter (where line.reason is not null) as rejected_lines,
    count(*) filter (where line.is_known) as duplicate_lines,
    coalesce(sum(line.amount), 0) as source_amount,
    coalesce(sum(line.amount) filter (where line.reason is not null), 0) as rejected_amount,
    coalesce(sum(line.amount) filter (where line.is_known), 0) as duplicate_amount,
    (select count(*) from new_orders) as orders,
    (select count(*) from new_returns) as returns,
    (select count(*) from adjustments) as adjustments,
    (select count(*) from opening) as openings
from lines as line
cross join lateral (
    select case line.kind
        when 'sale' then exists (select from sales.order_items as item where item.id = line.id)
        when 'credit' then exists (select from sales.refunds as refund where refund.id = line.id)
        else exists (
            select from inventory.inventory_movements as movement where movement.id = line.id)
    end as is_there
) as row
