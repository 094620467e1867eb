-- Lines that an earlier run has loaded, and lines that come too late for their invoice.

create temporary table loaded_before on commit drop as
select line.id from lines as line join sales.order_items as item on item.id = line.id
union all
select line.id from lines as line join sales.refunds as refund on refund.id = line.id
union all
select line.id from lines as line join inventory.inventory_movements as movement
    on movement.id = line.id;
analyze loaded_before;

alter table lines add column is_known boolean not null default false;
update lines as line set is_known = true, reason = null
from loaded_before as known where known.id = line.id;

-- A placed order is frozen: what was not in the file then cannot be added now.
update lines as line
set reason = case o.source when 'import:online-retail' then 'invoice_was_imported_before'
                           else 'order_number_is_taken' end
from sales.orders as o
where o.tenant_id = core.current_tenant_id() and o.number = line.invoice
  and line.kind = 'sale' and line.reason is null and not line.is_known;

-- An invoice has one customer: the one of its first line.
update lines as line
set reason = 'invoice_of_another_customer'
from (
    select distinct on (other.invoice) other.invoice, other.customer_number
    from lines as other
    where other.kind = 'sale' and other.reason is null and not other.is_known
    order by other.invoice, other.line_number
) as first
where first.invoice = line.invoice and line.kind = 'sale' and line.reason is null
  and not line.is_known and line.customer_number is distinct from first.customer_number;
