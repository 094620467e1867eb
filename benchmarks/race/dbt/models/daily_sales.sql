{{ config(unique_key='day', indexes=[{'columns': ['day'], 'unique': true}]) }}

select
    (placed_at at time zone 'UTC')::date as day,
    count(*) as orders,
    sum(total_amount) as net_sales
from shop.orders
{% if is_incremental() %}
-- Orders of the last three days may still come in late.
where placed_at >= (select max(day) - 3 from {{ this }})::timestamp at time zone 'UTC'
{% endif %}
group by 1
