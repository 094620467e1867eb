select sold.sku_id, sku.code, sku.name, sold.units, sold.net_sales, sold.profit,
    round(sold.net_sales / sold.all_net_sales, 6)
from (
    select sku_id, sum(quantity) as units,
        sum(gross_sales - discounts - returns) as net_sales,
        sum(gross_sales - discounts - returns - cogs) as profit,
        sum(sum(gross_sales - discounts - returns)) over () as all_net_sales
    from sales.ledger_entries
    where business_date between '2025-11-01' and '2025-11-30'
        and currency_code = 'EUR' and sku_id is not null
    group by sku_id
) as sold
join catalog.skus as sku on sku.id = sold.sku_id
order by sold.net_sales desc, sku.code_key
limit 20
