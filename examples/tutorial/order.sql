-- The same order by plain statements, as an ORM sends them.

begin;

insert into sales.orders (customer_id, currency_code, shipping_amount)
select id, 'EUR', 4 from crm.customers where email = 'ada@example.com'
returning id as order_id \gset

insert into sales.order_items (order_id, sku_id, quantity)
select :'order_id', id, case code when 'POT' then 1 else 2 end
from catalog.skus
where code in ('POT', 'TEA-GREEN');

update sales.orders set status = 'placed' where id = :'order_id'
returning number, status, items_net_amount, items_tax_amount, total_amount;

commit;
