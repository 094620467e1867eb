select balance.id, format('%s stored, %s by its entries', coalesce(balance.{{ column }}, 0),
    coalesce(entry.total, 0)) as detail
from {{ table }} as balance
full join (
    select tenant_id, {{ key_list }}, sum(delta) as total
    from (
        {{ effects }}
    ) as entry (tenant_id, {{ key_list }}, delta)
    group by tenant_id, {{ key_list }}
) as entry using (tenant_id, {{ key_list }})
where coalesce(balance.{{ column }}, 0) <> coalesce(entry.total, 0)
