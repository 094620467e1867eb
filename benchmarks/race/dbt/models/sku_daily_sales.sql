{{ config(
    unique_key=['day', 'sku_id'],
    indexes=[{'columns': ['day', 'sku_id'], 'unique': true}]
) }}

select
    (o.placed_at at time zone 'UTC')::date as day,
    item.sku_id,
    sum(item.quantity) as units,
    sum(item.quantity * item.unit_price) as net_sales
from shop.orders as o
join shop.order_items as item on item.order_id = o.id
{% if is_incremental() %}
-- Orders of the last three days may still come in late.
where o.placed_at >= (select max(day) - 3 from {{ this }})::timestamp at time zone 'UTC'
{% endif %}
group by 1, 2
