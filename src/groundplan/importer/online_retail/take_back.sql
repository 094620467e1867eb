-- The day ends: what came back, the money for it, and what was lost.

insert into fulfillment.returns (
    tenant_id, id, currency_code, destination_location_id, order_id, number)
select core.current_tenant_id(), back.id, 'GBP', inventory.location_id_of(null, 'internal'),
    back.order_id, back.number
from new_returns as back
where back.day = current_setting('importing.day')::date
order by back.number;

-- Two lines of a credit note may take back parts of one order line.
insert into fulfillment.return_items (tenant_id, return_id, order_item_id, sku_id, quantity)
select core.current_tenant_id(), back.id, part.order_item_id, part.sku_id, sum(part.quantity)
from new_returns as back
join credit_parts as part on part.invoice = back.invoice and part.order_id = back.order_id
where back.day = current_setting('importing.day')::date
group by back.id, part.order_item_id, part.sku_id
order by back.id, part.order_item_id;

update fulfillment.returns as arrived
set status = 'received', received_at = back.received_at
from new_returns as back
where back.day = current_setting('importing.day')::date and arrived.id = back.id;

insert into sales.refunds (
    tenant_id, id, order_id, order_item_id, currency_code, quantity, merchandise_amount, reason,
    refunded_at)
select core.current_tenant_id(), part.id, part.order_id, part.order_item_id, 'GBP', part.quantity,
    part.amount, concat_ws(': ', 'Credit note ' || part.invoice, part.description),
    part.credited_at
from new_returns as back
join credit_parts as part on part.invoice = back.invoice and part.order_id = back.order_id
where back.day = current_setting('importing.day')::date
order by part.id;

insert into inventory.inventory_movements (
    tenant_id, id, destination_location_id, sku_id, source_location_id, kind, quantity,
    reason_code, note, moved_at)
select core.current_tenant_id(), lost.id, inventory.location_id_of(null, 'adjustment'), lost.sku_id,
    inventory.location_id_of(null, 'internal'), 'adjustment', -lost.quantity,
    case when lost.description ~* 'damag|wet|crush|broken|smash|faulty|mould|rust'
         then 'damaged' else 'lost' end,
    lost.description, lost.invoiced_at
from adjustments as lost
where lost.day = current_setting('importing.day')::date and lost.kind = 'lost'
order by lost.id;
