-- Two alerts of each kind, in words: those of what sells best.
select case kind when 'out_of_stock' then 'out of stock'
        when 'below_reorder_point' then 'order more'
        when 'overstock' then 'too much'
        else 'not moving' end,
    sku_code, available, reorder_point, reorder_maximum, issued_28_days
from (
    select *, row_number() over (
        partition by kind order by issued_28_days desc, sku_code) as place
    from reporting.stock_alerts
) as alert
where place <= 2
order by kind = 'dead_stock', kind = 'overstock', kind = 'below_reorder_point', place
limit 8
