-- Which sale each credit takes back. A credit note names no invoice, so its lines are matched with
-- what the same customer has bought of the same SKU before: at the same price first, then the
-- latest first. A line is matched whole or not at all: nothing is invented.

-- Lines sold so far, by this file and by earlier ones, of customers and SKUs that credits name.
create temporary table sold on commit drop as
select item.id as order_item_id, item.order_id, o.customer_id, item.sku_id, item.unit_price,
    item.position, coalesce(o.placed_at, new.placed_at) as placed_at,
    item.quantity - coalesce(progress.returned_quantity, 0) as open_quantity
from sales.order_items as item
join sales.orders as o on o.id = item.order_id
left join new_orders as new on new.id = o.id
left join fulfillment.order_item_fulfillments as progress on progress.id = item.id
where o.tenant_id = core.current_tenant_id() and o.source = 'import:online-retail'
  and (o.customer_id, item.sku_id) in (
    select customer.id, sku.id
    from lines as line
    join crm.customers as customer
        on customer.tenant_id = core.current_tenant_id() and customer.number = line.customer_number
    join catalog.skus as sku
        on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
    where line.kind = 'credit' and line.reason is null and not line.is_known);
create index on sold (customer_id, sku_id);
create unique index on sold (order_item_id);
analyze sold;

create temporary table refundable on commit drop as
select o.id as order_id,
    coalesce(o.total_amount,
        (select sum(item.gross_amount) from sales.order_items as item where item.order_id = o.id))
    - o.refunded_amount as amount
from sales.orders as o
where o.id in (select sold.order_id from sold);
create unique index on refundable (order_id);
analyze refundable;

create temporary table credit_parts (
    line_id       uuid        not null,
    id            uuid        not null,
    part          integer     not null,
    invoice       text        not null,
    order_id      uuid        not null,
    order_item_id uuid        not null,
    sku_id        uuid        not null,
    quantity      numeric     not null,
    amount        numeric     not null,
    description   text,
    credited_at   timestamptz not null
) on commit drop;
create index on credit_parts (line_id);

update lines as line
set reason = 'credit_of_goods_never_sold'
where line.kind = 'credit' and line.reason is null and not line.is_known
  and not exists (
    select from catalog.skus as sku
    join sales.order_items as item on item.sku_id = sku.id and item.tenant_id = sku.tenant_id
    join sales.orders as o on o.id = item.order_id and o.source = 'import:online-retail'
    where sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key);

do $$
declare
    credit    record;
    candidate record;
    missing   numeric;
    refund    numeric;
    taken     numeric;
    parts     integer;
    was_sold  numeric;
begin
    for credit in
        select line.id, line.invoice, line.invoiced_at, line.description, line.price,
            -line.quantity as quantity, customer.id as customer_id, sku.id as sku_id
        from lines as line
        left join crm.customers as customer
            on customer.tenant_id = core.current_tenant_id()
            and customer.number = line.customer_number
        left join catalog.skus as sku
            on sku.tenant_id = core.current_tenant_id() and sku.code_key = line.code_key
        where line.kind = 'credit' and line.reason is null and not line.is_known
        order by line.invoiced_at, line.line_number
    loop
        missing := credit.quantity;
        parts := 0;
        was_sold := null;
        for candidate in
            select * from sold
            where sold.customer_id = credit.customer_id and sold.sku_id = credit.sku_id
              and sold.placed_at <= credit.invoiced_at
            order by sold.unit_price = credit.price desc, sold.placed_at desc, sold.position
        loop
            was_sold := coalesce(was_sold, 0) + candidate.open_quantity;
            select amount into refund from refundable where order_id = candidate.order_id;
            taken := least(missing, candidate.open_quantity, trunc(refund / credit.price));
            if taken > 0 then
                parts := parts + 1;
                missing := missing - taken;
                insert into credit_parts
                values (credit.id,
                    -- The first part bears the identifier of the line: it tells the line is known.
                    case when parts = 1 then credit.id
                         else core.imported_id(credit.invoiced_at, credit.id || '|' || parts) end,
                    parts, credit.invoice, candidate.order_id, candidate.order_item_id,
                    credit.sku_id, taken, taken * credit.price, credit.description,
                    credit.invoiced_at);
                update sold set open_quantity = open_quantity - taken
                where order_item_id = candidate.order_item_id;
                update refundable set amount = amount - taken * credit.price
                where order_id = candidate.order_id;
            end if;
            exit when missing = 0;
        end loop;
        if missing > 0 then
            update sold set open_quantity = open_quantity + part.quantity
            from credit_parts as part
            where part.line_id = credit.id and part.order_item_id = sold.order_item_id;
            update refundable set amount = refundable.amount + part.amount
            from (
                select order_id, sum(credit_parts.amount) as amount from credit_parts
                where line_id = credit.id group by order_id
            ) as part
            where part.order_id = refundable.order_id;
            delete from credit_parts where line_id = credit.id;
            update lines set reason = case
                    when was_sold is null then 'credit_without_earlier_sale'
                    when was_sold < credit.quantity then 'credit_above_what_was_sold'
                    else 'credit_above_what_was_paid' end
            where id = credit.id;
        end if;
    end loop;
end
$$;
analyze credit_parts;

-- One return for each order that a credit note takes something back of.
create temporary table new_returns on commit drop as
select core.imported_id(part.received_at, concat_ws('|', part.first_line_id, part.order_id)) as id,
    part.invoice, part.order_id, part.received_at,
    (part.received_at at time zone 'Europe/London')::date as day,
    part.invoice || '/' || o.number || case when part.earlier > 0 then '/' || part.earlier + 1
                                            else '' end as number
from (
    select credit.invoice, credit.order_id, min(credit.credited_at) as received_at,
        min(credit.line_id::text) as first_line_id,
        (select count(*) from fulfillment.returns as earlier
         where earlier.tenant_id = core.current_tenant_id() and earlier.order_id = credit.order_id
           and split_part(earlier.number, '/', 1) = credit.invoice) as earlier
    from credit_parts as credit
    group by credit.invoice, credit.order_id
) as part
join sales.orders as o on o.id = part.order_id;
create index on new_returns (invoice, order_id);
create index on new_returns (day);
analyze new_returns;

-- A line that an earlier run has refused is refused for the reason it was given then.
update lines as line set reason = earlier.reason
from importing.rejected_lines as earlier
where earlier.id = line.id and line.reason is not null and line.reason <> earlier.reason;
