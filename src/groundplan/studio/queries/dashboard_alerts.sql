-- The worst of each kind, and how many there are of it. Worst is what sells most and is gone, then
-- what will be gone soonest.
select
    kind, sku_id, sku_code, sku_name, location_code, location_name, available, reorder_point,
    reorder_maximum, days_of_supply, how_many
from (
    select
        alert.*,
        count(*) over (partition by kind) as how_many,
        row_number() over (
            partition by kind
            order by
                case when kind = 'out_of_stock' then -issued_28_days end nulls last,
                case when kind = 'below_reorder_point' then days_of_supply end nulls last,
                case when kind in ('overstock', 'dead_stock') then -available end nulls last,
                sku_code, location_code) as place
    from reporting.stock_alerts as alert
) as placed
where place <= 8
order by
    array_position(
        array['out_of_stock', 'below_reorder_point', 'dead_stock', 'overstock'], kind),
    place
